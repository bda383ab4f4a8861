import { expect, test } from 'vitest'
import { inParts, PartlyDone } from '../../web/threads/in-parts.ts'

const ids = ['a', 'b', 'c', 'd', 'e']

test('all are done, so many at a time', async () => {
  const parts: string[][] = []
  await inParts(ids, 2, async (part) => void parts.push(part))
  expect(parts).toEqual([['a', 'b'], ['c', 'd'], ['e']])
})

test('whoever is refused in the middle is told how many were done, and at the beginning only why', async () => {
  const refusal = new Error('refused')
  const refuse = (what: string) => async (part: string[]) => {
    if (part.includes(what)) throw refusal
  }
  const failure = await inParts(ids, 2, refuse('d')).catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(PartlyDone)
  expect(failure).toMatchObject({ done: 2, count: 5, cause: refusal })
  await expect(inParts(ids, 2, refuse('a'))).rejects.toBe(refusal)
})
