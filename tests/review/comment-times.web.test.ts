import { expect, test } from 'vitest'
import { timesOf } from '../../shared/review.ts'

const [written, stored] = ['2026-11-28T14:10:00.000Z', '2026-11-28T14:12:00.000Z']

test('only what others see was sent: no draft, and nothing that the server has not confirmed', () => {
  const draft = { createdAt: stored, writtenAt: written, draft: true }
  expect(timesOf(draft)).toEqual({ written, sent: null })
  expect(timesOf({ ...draft, writtenAt: null })).toEqual({ written: stored, sent: null })
  expect(timesOf({ createdAt: written, draft: false })).toEqual({ written, sent: null })
  expect(timesOf({ ...draft, draft: false })).toEqual({ written, sent: stored })
  expect(timesOf({ ...draft, draft: false, writtenAt: null })).toEqual({ written: null, sent: stored })
})

test('what was sent within the same minute was written then, as far as anybody is told', () => {
  const said = { createdAt: '2026-11-28T14:10:40.000Z', writtenAt: written, draft: false }
  expect(timesOf(said)).toEqual({ written: null, sent: said.createdAt })
})
