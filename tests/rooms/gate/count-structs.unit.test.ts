import * as encoding from 'lib0/encoding'
import { expect, test } from 'vitest'
import { countStructs } from '../../../server/rooms/gate/count-structs.ts'

/** An update with one item of these values, or of these pieces of JSON; behind it something that is no item. */
function itemOf(kind: 'any' | 'json', values: number): Uint8Array {
  return encoding.encode((encoder) => {
    for (const number of [1, 2, 7, 0]) encoding.writeVarUint(encoder, number)
    encoding.writeUint8(encoder, kind === 'any' ? 8 : 2)
    encoding.writeVarUint(encoder, 1)
    encoding.writeVarString(encoder, 'default')
    encoding.writeVarUint(encoder, values)
    for (let left = values; left > 0; left--) {
      if (kind === 'any') encoding.writeUint8(encoder, 127)
      else encoding.writeVarString(encoder, '1')
    }
    encoding.writeUint8(encoder, 31)
  })
}

test('§3 of an item that holds more than is counted the rest is not gone through', () => {
  for (const kind of ['any', 'json'] as const) {
    // what stands behind the item is not reached
    expect(countStructs(itemOf(kind, 1_000), 100)).toBeGreaterThan(100)
    expect(() => countStructs(itemOf(kind, 400), 100)).toThrow()
    expect(() => countStructs(itemOf(kind, 1_000), Infinity)).toThrow()
  }
})
