import { afterEach, expect, test, vi } from 'vitest'

const told = vi.hoisted(() => ({ done: vi.fn(), failed: vi.fn() }))
vi.mock('../../web/ui/feedback/notices.ts', () => ({ tellDone: told.done, tellFailed: told.failed }))
vi.mock('../../web/i18n.ts', () => ({ i18n: { t: (key: string) => key } }))
const { copyText } = await import('../../web/sync/recovered/copy-text.ts')

afterEach(() => {
  vi.unstubAllGlobals()
  vi.clearAllMocks()
})

test.each([
  ['has none for pages without TLS', {}],
  [
    'refuses',
    { clipboard: { writeText: () => Promise.reject(new DOMException('denied', 'NotAllowedError')) } },
  ],
])('nobody is told that their words are on a clipboard that %s', async (_what, navigator) => {
  vi.stubGlobal('navigator', navigator)
  await copyText('words')
  expect(told.done).not.toHaveBeenCalled()
  expect(told.failed).toHaveBeenCalledWith('sync:copyFailed')
})

test('words that were copied are told as copied', async () => {
  const writeText = vi.fn(() => Promise.resolve())
  vi.stubGlobal('navigator', { clipboard: { writeText } })
  await copyText('words')
  expect(writeText).toHaveBeenCalledWith('words')
  expect(told.done).toHaveBeenCalledWith('sync:copied')
  expect(told.failed).not.toHaveBeenCalled()
})
