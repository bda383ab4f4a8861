import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import * as Y from 'yjs'
import { keepLayouts } from '../../server/review/kept-layouts.ts'
import { anchorHolds, anchorOf } from '../../shared/anchors.ts'
import { textField } from '../../shared/document/text-field.ts'
import { layOutText, type TextLayout } from '../../shared/document/text-layout.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const write = (doc: Y.Doc, words: string) => {
  const paragraph = new Y.XmlElement('paragraph')
  paragraph.insert(0, [new Y.XmlText(words)])
  doc.getXmlFragment(textField).push([paragraph])
}

/** A text as a room would give it, and who looks at it. */
function open() {
  const doc = new Y.Doc()
  write(doc, 'The wall is 1.8 mm thick.')
  const lookAt = keepLayouts(async () => Y.encodeStateAsUpdate(doc))
  return { doc, lookAt, layout: () => lookAt('one', (layout: TextLayout) => layout) }
}

test('an unchanged text is laid out once, until nobody has asked for a while', async () => {
  const { layout } = open()
  const first = await layout()
  vi.advanceTimersByTime(9_000)
  expect(await layout()).toBe(first)
  vi.advanceTimersByTime(9_000)
  expect(await layout()).toBe(first)
  vi.advanceTimersByTime(11_000)
  const later = await layout()
  expect(later.doc).not.toBe(first.doc)
  expect(later.words().bare).toBe(first.words().bare)
})

test('what was written and removed meanwhile is in it, also when many look at once', async () => {
  const { doc, lookAt, layout } = open()
  await layout()
  for (let round = 0; round < 20; round++) {
    write(doc, `Part ${round}: the gate is too wide.`)
    if (round % 3 === 2) doc.getXmlFragment(textField).delete(round % 5, 1)
    const now = layOutText(doc.getXmlFragment(textField))
    const anchor = anchorOf(now, 'one', { from: now.size - 20, to: now.size - 5 })!
    // oxlint-disable-next-line no-await-in-loop -- one round after the other
    const held = await Promise.all(
      [1, 2, 3].map(() =>
        lookAt('one', (seen) => anchorHolds(seen, anchor) && seen.words().bare === now.words().bare),
      ),
    )
    expect(held).toEqual([true, true, true])
  }
})

test('a text that could not be read is not kept', async () => {
  let bytes: Uint8Array = Uint8Array.of(1, 2, 3)
  const lookAt = keepLayouts(async () => bytes)
  await expect(lookAt('one', () => true)).rejects.toThrow()
  const doc = new Y.Doc()
  write(doc, 'whole')
  bytes = Y.encodeStateAsUpdate(doc)
  expect(await lookAt('one', (layout) => layout.words().bare)).toBe('whole')
})
