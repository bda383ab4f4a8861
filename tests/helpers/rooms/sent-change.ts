import type { Connection, Incoming } from '../../../server/rooms/connection/connection.ts'

/** A socket of a person's, in a network of their own, as the room's queue and turns know it. */
export const socketOf = (userId: string) =>
  ({ isRefused: false, userId, network: userId, admitted: { user: { id: userId } } }) as unknown as Connection

/** An update as a socket sent it. */
export const sentBy = (from: Connection, update: Uint8Array, index = 1): Incoming => ({
  from,
  update,
  index,
  isAnswer: false,
  at: 0,
})
