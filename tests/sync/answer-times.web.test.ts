import { afterEach, expect, test, vi } from 'vitest'
import { clientLimitsName, clientLimitsOf } from '../../shared/client-limits.ts'
import { defaultLimits } from '../../shared/limits.ts'
import { answerTimesOf } from '../../web/sync/answer-times.ts'

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const usual = clientLimitsOf(defaultLimits)

test('whatever a server waits for, its pages wait for longer', () => {
  expect(answerTimesOf(usual)).toEqual({
    answerMs: 60_000,
    conversionMs: 330_000,
    otherWayMs: 30_000,
    stallMs: 60_000,
    uploadedMs: 120_000,
  })
  const slow = answerTimesOf({ ...usual, lockWaitMs: 45_000, restoreWaitMs: 100_000, slowBodyMs: 90_000 })
  expect(slow.answerMs).toBeGreaterThan(45_000 + 10_000 + 30_000)
  expect(slow.conversionMs).toBeGreaterThanOrEqual(5 * usual.conversionMs + 100_000)
  expect(slow.stallMs).toBeGreaterThan(90_000)
})

test('a page that is told of a server that converts for twice as long waits twice as long for it', async () => {
  const querySelector = (asked: string) =>
    asked.includes(clientLimitsName) ? { content: JSON.stringify({ conversionMs: 120_000 }) } : null
  vi.stubGlobal('document', { querySelector })
  vi.resetModules()
  const { api, call, convertsFirst } = await import('../../web/api.ts')
  vi.useFakeTimers()
  vi.stubGlobal(
    'fetch',
    (_: unknown, { signal }: RequestInit) =>
      new Promise((_answer, reject) => signal!.addEventListener('abort', () => reject(new Error('aborted')))),
  )
  const failed = vi.fn()
  const param = { projectId: 'any' }
  call(api.projects[':projectId'].obstacles.$get({ param }, convertsFirst)).catch(failed)
  await vi.advanceTimersByTimeAsync(5 * 120_000)
  expect(failed).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(failed).toHaveBeenCalledWith(expect.objectContaining({ code: 'no_answer' }))
})
