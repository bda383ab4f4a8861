import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { takeTyped, writeAtOnce } from '../../web/editor/caret/write-at-once.ts'

let page: EventTarget
const place = { pathname: '' }
beforeEach(() => {
  place.pathname = '/projects/lamp'
  vi.stubGlobal('location', place)
  vi.useFakeTimers()
  page = new EventTarget()
  vi.stubGlobal('window', page)
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

/** Presses a key; true when it was kept from the page. */
function press(key: string): boolean {
  const event = Object.assign(new Event('keydown', { cancelable: true }), { key })
  page.dispatchEvent(event)
  return event.defaultPrevented
}

test('what is typed before a new document is there is kept, as far as it was not taken back', () => {
  writeAtOnce('one')
  expect(['W', 'a', 'x', 'Backspace', 'Enter'].map(press)).toEqual([true, true, true, true, true])
  expect(takeTyped('one')).toEqual(['W', 'a', 'Enter'])
  expect(press('b')).toBe(false)
})

test.each([
  ['Tab', () => void press('Tab')],
  [
    'the focus of a field',
    () => {
      const field = { matches: () => true }
      const focused = new Event('focusin')
      Object.defineProperty(focused, 'target', { value: field })
      page.dispatchEvent(focused)
    },
  ],
  ['another page', () => void (place.pathname = '/settings')],
])('keys are theirs again after %s', (_way, go) => {
  writeAtOnce('left')
  expect(press('a')).toBe(true)
  place.pathname = '/documents/left'
  expect(press('b')).toBe(true)
  go()
  expect([press('c'), press(' ')]).toEqual([false, false])
  expect(takeTyped('left')).toEqual([])
})

test('a document that is named twice takes each key once', () => {
  writeAtOnce('twice')
  writeAtOnce('twice')
  expect(press('a')).toBe(true)
  expect(takeTyped('twice')).toEqual(['a'])
  expect(press('b')).toBe(false)
})

test('a document that does not open takes no keys for long, and an input method keeps its own', () => {
  writeAtOnce('never')
  expect(press('a')).toBe(true)
  vi.advanceTimersByTime(5_000)
  expect(press('Enter')).toBe(false)
  writeAtOnce('composed')
  expect(press('Process')).toBe(false)
  expect(press('a')).toBe(false)
  takeTyped('never')
  takeTyped('composed')
})
