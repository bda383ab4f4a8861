import { expect, test } from 'vitest'
import { createUnderWay } from '../../server/http/limits/memory-in-flight.ts'

const refused = expect.objectContaining({ code: 'too_many_requests' })

test('a network has so much under way; one alone may be as large as it may be', () => {
  const underWay = createUnderWay({ perNetwork: 100, atOnce: 1_000 })
  const end = underWay.begin('a', 150)
  expect(() => underWay.begin('a', 1)).toThrow(refused)
  underWay.begin('b', 60)
  end()
  // once more ends nothing of what came since
  end()
  underWay.begin('a', 60)
  underWay.begin('a', 40)
  expect(() => underWay.begin('a', 1)).toThrow(refused)
})

test('of what all may have under way, half is for networks that have nothing', () => {
  const underWay = createUnderWay({ perNetwork: 400, atOnce: 400 })
  const ends = [underWay.begin('a', 100), underWay.begin('a', 100)]
  expect(() => underWay.begin('a', 100)).toThrow(refused)
  ends.push(underWay.begin('b', 100), underWay.begin('c', 100))
  expect(() => underWay.begin('d', 1)).toThrow(refused)
  for (const end of ends) end()
  underWay.begin('d', 400)
})
