import type { EditorState } from '@tiptap/pm/state'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { anchorOf, placeOf, type TextAnchor } from '../../shared/anchors/anchors.ts'
import { schema } from '../../shared/document/schema.ts'
import { bareContext, provingLength, sidesAt } from '../../shared/anchors/anchor-context.ts'
import {
  copy,
  resourceOf,
  edit,
  layout,
  paragraph,
  show,
  sync,
  textAt,
  undosOf,
} from '../helpers/rooms/anchored-text.ts'

/** A document's letters are all different, so that a letter that is shown proves where it came from. */
const letters = Array.from({ length: 400 }, (_, index) => String.fromCodePoint(0x4e00 + index))

type Edit =
  | { kind: 'insert'; at: number; size: number }
  | { kind: 'delete'; at: number; size: number }
  | { kind: 'split'; at: number }
  | { kind: 'join'; at: number }
  | { kind: 'undo' }
  | { kind: 'sync' }

const place = fc.double({ min: 0, max: 1, noNaN: true })
const anyEdit: fc.Arbitrary<Edit & { by: number }> = fc
  .record({
    kind: fc.constantFrom('insert', 'delete', 'split', 'join', 'undo', 'sync'),
    at: place,
    size: fc.integer({ min: 1, max: 12 }),
    by: fc.integer({ min: 0, max: 1 }),
  })
  .map((one) => one as Edit & { by: number })

describe('any edits of two people', () => {
  test('an anchor shows characters it was raised on, or nothing, and the same to both', () => {
    fc.assert(
      fc.property(place, fc.integer({ min: 1, max: 20 }), fc.array(anyEdit, { maxLength: 14 }), run),
      { numRuns: 150 },
    )
  })
})

function run(start: number, size: number, edits: (Edit & { by: number })[]): void {
  const text = letters.slice(0, 60).join('')
  const first = resourceOf(paragraph(text.slice(0, 30)), paragraph(text.slice(30)))
  const docs = [first, copy(first)]
  const undos = undosOf(docs)
  const from = Math.floor(start * (60 - size))
  const quote = text.slice(from, from + size)
  const offset = (index: number) => index + (index < 30 ? 1 : 3)
  const anchor = anchorOf(layout(first), 'document', {
    from: offset(from),
    to: offset(from + size - 1) + 1,
  })!
  expect(anchor.quote.replace('\n', '')).toBe(quote)
  let used = 60
  for (const one of edits) {
    const doc = docs[one.by]!
    if (one.kind === 'sync') sync(docs[0]!, docs[1]!)
    else if (one.kind === 'undo') undos[one.by]!.undo()
    else {
      doc.transact(
        () =>
          edit(doc, (state) => {
            const at = Math.round(one.at * state.doc.content.size)
            const $at = state.doc.resolve(at)
            if (one.kind === 'insert' && $at.parent.isTextblock) {
              return state.tr.insertText(letters.slice(used, (used += one.size)).join(''), at)
            }
            if (one.kind === 'delete') {
              return state.tr.delete(at, Math.min(state.doc.content.size, at + one.size))
            }
            if (one.kind === 'split' && $at.parent.isTextblock) return state.tr.split(at)
            if (one.kind === 'join' && $at.depth > 0 && $at.index(0) > 0) return state.tr.join($at.before(1))
            return state.tr
          }),
        one.by,
      )
    }
    for (const each of docs) check(each, anchor, quote)
  }
  sync(docs[0]!, docs[1]!)
  expect(textAt(docs[0]!, anchor)).toBe(textAt(docs[1]!, anchor))
  for (const each of docs) check(each, anchor, quote)
}

/** Every letter is unique: what is shown must hold one of the quotation, and never be wholly somebody's insertion. */
function check(doc: Y.Doc, anchor: TextAnchor, quote: string): void {
  expect(layout(doc).size).toBe(show(doc).content.size)
  const shown = textAt(doc, anchor)
  if (shown !== null) expect([...shown].some((letter) => quote.includes(letter))).toBe(true)
  // two undos of one deletion by two people write it twice
  const times = show(doc).textContent.split(quote).length - 1
  if (times === 1 && quote.length >= provingLength) expect(shown?.replaceAll('\n', '')).toContain(quote)
}

/** Which characters stand between two ProseMirror positions, by their identity in Yjs. */
function idsBetween(doc: Y.Doc, from: number, to: number): string[] {
  const ids: string[] = []
  for (const { text, at } of layout(doc).runs) {
    let index = at
    for (let item = text._start; item; item = item.right) {
      if (item.deleted || !item.countable) continue
      for (let offset = 0; offset < item.length; offset++, index++) {
        if (index >= from && index < to) ids.push(`${item.id.client}:${item.id.clock + offset}`)
      }
    }
  }
  return ids
}

test('any edits where everything stands several times: never wholly on what stood elsewhere already', () => {
  const kinds = ['insert', 'delete', 'split', 'join', 'cut', 'copy', 'heading', 'undo', 'sync'] as const
  const change = fc.record({
    kind: fc.constantFrom(...kinds),
    at: place,
    to: place,
    size: fc.integer({ min: 1, max: 12 }),
    by: fc.integer({ min: 0, max: 1 }),
  })
  fc.assert(
    fc.property(
      place,
      fc.integer({ min: 6, max: 14 }),
      fc.array(change, { maxLength: 12 }),
      (start, size, changes) => {
        const blocks = ['Part A', 'Wall 2.5 mm, VDI 24.', 'Part B', 'Wall 2.5 mm, VDI 24.', 'Wall 2.5 mm.']
        const first = resourceOf(...blocks.map(paragraph))
        const docs = [first, copy(first)]
        const undos = undosOf(docs)
        const whole = show(first).content.size
        const from = 1 + Math.floor(start * (whole - size - 2))
        const anchor = anchorOf(layout(first), 'document', { from, to: from + size })
        if (!anchor) return
        const atFirst = idsBetween(first, 0, whole)
        const own = new Set(idsBetween(first, from, from + size))
        const others = new Set(atFirst.filter((id) => !own.has(id)))
        for (const { kind, at: where, to, size: count, by } of changes) {
          const doc = docs[by]!
          if (kind === 'sync') sync(docs[0]!, docs[1]!)
          else if (kind === 'undo') undos[by]!.undo()
          else {
            const make = ({ doc: now, tr }: EditorState) => {
              const at = Math.round(where * now.content.size)
              const $at = now.resolve(at)
              const behind = Math.min(now.content.size, at + count)
              if (kind === 'insert' && $at.parent.isTextblock) return tr.insertText('x'.repeat(count), at)
              if (kind === 'delete') return tr.delete(at, behind)
              if (kind === 'split' && $at.parent.isTextblock) return tr.split(at)
              if (kind === 'join' && $at.depth > 0 && $at.index(0) > 0) return tr.join($at.before(1))
              if (kind === 'heading') return tr.setBlockType(at, at, schema.nodes.heading!, { level: 2 })
              if (kind === 'cut' || kind === 'copy') {
                const slice = now.slice(at, behind)
                if (kind === 'cut') tr.delete(at, behind)
                const target = Math.round(to * tr.doc.content.size)
                return tr.replaceRange(target, target, slice)
              }
              return tr
            }
            doc.transact(() => edit(doc, make), by)
          }
          for (const each of docs) {
            const shown = placeOf(layout(each), anchor)
            if (!shown) continue
            const ids = idsBetween(each, shown.from, shown.to)
            expect(ids.length).toBeGreaterThan(0)
            // y-tiptap may write a split paragraph into the letters of an equal one: then its neighbours tell
            const words = layout(each).words()
            const [before, behind] = [words.index(shown.from), words.index(shown.to)]
            const isBetween = sidesAt(words, bareContext(anchor), before, behind).some(Boolean)
            const isCopy = !isBetween || anchor.others!.beside > 0
            // what an edit put together from several places stood nowhere as a passage
            const stoodThere =
              `,${atFirst.join()},`.includes(`,${ids.join()},`) && ids.every((id) => others.has(id))
            if (isCopy) expect(stoodThere).toBe(false)
          }
        }
        sync(docs[0]!, docs[1]!)
        expect(placeOf(layout(docs[0]!), anchor)).toEqual(placeOf(layout(docs[1]!), anchor))
      },
    ),
    { numRuns: 300 },
  )
})
