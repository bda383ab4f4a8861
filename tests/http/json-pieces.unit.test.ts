import { expect, test } from 'vitest'
import { jsonInPieces } from '../../server/http/json-pieces.ts'

const encoder = new TextEncoder()

async function read(stream: ReadableStream<Uint8Array>): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return chunks
}

test('short parts are put together and long ones cut, between characters, and nothing is lost', async () => {
  // the 262,144th unit is the first half of a character
  const long = `${'x'.repeat(262_143)}😀${'线'.repeat(600_000)}`
  const parts = ['[', ...Array.from({ length: 1_000 }, (_, at) => `${at},`), long, ']']
  const ended: number[] = []
  const chunks = await read(jsonInPieces(parts, { onEnd: (bytes) => ended.push(bytes) }))
  const whole = Buffer.concat(chunks)
  expect(whole.equals(encoder.encode(parts.join('')))).toBe(true)
  expect(chunks.length).toBeGreaterThan(3)
  expect(Math.max(...chunks.map(({ length }) => length))).toBeLessThanOrEqual(262_144 * 3)
  expect(ended).toEqual([whole.length])
})

test('no more is made than is taken, and who takes no more ends it once', async () => {
  let made = 0
  let isReturned = false
  async function* parts() {
    try {
      for (;;) {
        made++
        yield 'x'.repeat(262_145)
      }
    } finally {
      isReturned = true
    }
  }
  const ended: number[] = []
  const waits: boolean[] = []
  const stream = jsonInPieces(parts(), {
    onWait: (isWaiting) => waits.push(isWaiting),
    onEnd: (bytes) => ended.push(bytes),
  })
  const reader = stream.getReader()
  await reader.read()
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve))
  expect(made).toBeLessThanOrEqual(3)
  expect(waits.at(-1)).toBe(true)
  await reader.cancel()
  expect(isReturned).toBe(true)
  expect(ended).toHaveLength(1)
  expect(waits.at(-1)).toBe(false)
})

test('a part that cannot be read breaks it off', async () => {
  async function* parts() {
    yield '['
    throw new Error('the database is away')
  }
  const ended: number[] = []
  const stream = jsonInPieces(parts(), { onEnd: (bytes) => ended.push(bytes) })
  await expect(read(stream)).rejects.toThrow('the database is away')
  expect(ended).toEqual([0])
})
