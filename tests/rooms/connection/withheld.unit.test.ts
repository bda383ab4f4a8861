import { expect, test } from 'vitest'
import { defaultLimits } from '../../../shared/limits.ts'
import type { View } from '../../../server/rooms/ports.ts'
import { BroadcastBuffer } from '../../../server/rooms/connection/broadcast-buffer.ts'
import type { Connection } from '../../../server/rooms/connection/connection.ts'

// What somebody is not told while their access is decided on, and how they are told of it afterwards.

function listener(view: View) {
  const written: Buffer[] = []
  const refused: string[] = []
  const connection = {
    isOurs: true,
    admitted: { bounds: { view } },
    write: (frames: Buffer) => void written.push(frames),
    refuse: ({ code }: { code: string }) => void refused.push(code),
  }
  return {
    connection: connection as unknown as Connection,
    bounds: connection.admitted.bounds,
    said: () => Buffer.concat(written).toString(),
    refused,
  }
}

const event = (title: string) => ({
  event: { type: 'project.changed' } as const,
  json: JSON.stringify({ type: 'project.changed', title }),
})
const isHeld = () => true

test('what was withheld from a guest comes as they may see it when it is decided, not as before', () => {
  const buffer = new BroadcastBuffer(defaultLimits)
  const guest = listener((one) => one)
  for (const title of ['first', 'second']) {
    buffer.addEvent(event(title))
    buffer.send([guest.connection], isHeld)
  }
  expect(guest.said()).toBe('')
  guest.bounds.view = () => null
  buffer.release(guest.connection)
  expect(guest.said()).toBe('')
})

test('what was withheld comes whole and in order to whom nothing is closed, once', () => {
  const buffer = new BroadcastBuffer(defaultLimits)
  const member = listener((one) => one)
  for (const title of ['first', 'second']) {
    buffer.addEvent(event(title))
    buffer.send([member.connection], isHeld)
  }
  buffer.release(member.connection)
  buffer.release(member.connection)
  expect(member.said().match(/first|second/g)).toEqual(['first', 'second'])
})

test('who would have to be told of too much comes back instead', () => {
  const buffer = new BroadcastBuffer(defaultLimits)
  const slow = listener((one) => one)
  for (let megabyte = 0; megabyte < 4; megabyte++) {
    buffer.addEvent(event('x'.repeat(1_000_000)))
    buffer.send([slow.connection], isHeld)
  }
  expect(slow.refused).toEqual([])
  buffer.addEvent(event('x'.repeat(1_000_000)))
  buffer.send([slow.connection], isHeld)
  expect(slow.refused).toEqual(['reader_too_slow'])
})
