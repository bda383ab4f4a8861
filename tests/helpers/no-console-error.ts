import { afterEach, beforeEach, expect, vi } from 'vitest'

beforeEach(() => {
  vi.spyOn(console, 'error')
})

/** What nobody expected on the console fails the test; a test that expects it reads and clears the spy itself. */
afterEach(() => {
  // oxlint-disable-next-line no-console -- the console is what is looked at
  expect(vi.mocked(console.error).mock.calls, 'unexpected console.error').toEqual([])
  vi.restoreAllMocks()
})
