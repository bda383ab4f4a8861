import * as decoding from 'lib0/decoding'
import type { RoomEvent } from '../../shared/events.ts'
import { messageType } from '../../shared/protocol.ts'
import { openRoom, type Person } from './people.ts'
import { until } from './until.ts'

/** Joins a room as our own client does and hears its events; resolves when the room has answered. */
export async function listenForEvents(person: Person, roomId: string, onEvent: (event: RoomEvent) => void) {
  const { provider, doc } = openRoom(person, roomId, { isOurs: true })
  provider.messageHandlers[messageType.saved] = (_reply, decoder) => void decoding.readVarUint(decoder)
  provider.messageHandlers[messageType.event] = (_reply, decoder) =>
    onEvent(JSON.parse(decoding.readVarString(decoder)) as RoomEvent)
  await until('the room to answer', () => provider.synced)
  return { doc, close: () => provider.destroy() }
}
