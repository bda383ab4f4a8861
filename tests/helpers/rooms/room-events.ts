import * as decoding from 'lib0/decoding'
import { expect } from 'vitest'
import { roomEvent, type RoomEvent } from '../../../shared/wire/events.ts'
import { messageType } from '../../../shared/wire/protocol.ts'
import { openRoom, type Person } from '../people.ts'
import { until } from '../until.ts'

/** Joins a room as our own client does and hears its events; resolves when the room has answered. */
export async function listenForEvents(person: Person, roomId: string, onEvent: (event: RoomEvent) => void) {
  const { provider, doc } = openRoom(person, roomId, { isOurs: true })
  provider.messageHandlers[messageType.saved] = (_reply, decoder) => void decoding.readVarUint(decoder)
  provider.messageHandlers[messageType.event] = (_reply, decoder) => {
    const told: unknown = JSON.parse(decoding.readVarString(decoder))
    const event = roomEvent.parse(told)
    expect(event, 'an event holds what its schema names, and no more').toEqual(told)
    onEvent(event)
  }
  await until('the room to answer', () => provider.synced)
  return { doc, close: () => provider.destroy() }
}
