import { yXmlFragmentToProsemirrorJSON } from '@tiptap/y-tiptap'
import type { JSONContent } from '@tiptap/core'
import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { entriesOf } from '../../helpers/rooms/kept-text.ts'
import { documentMarkdown } from '../../../server/export/markdown/markdown.ts'
import { printTree } from '../../../server/export/print/print-tree.ts'
import { BrokenChange } from '../../../server/rooms/text/broken-change.ts'
import { RoomText } from '../../../server/rooms/text/room-text.ts'
import { schema } from '../../../shared/document/schema.ts'
import { textField } from '../../../shared/document/text-field.ts'
import { layOutText } from '../../../shared/document/text-layout.ts'
import { findViolations } from '../../../shared/document/violations.ts'
import { Refusal } from '../../../shared/errors.ts'
import { defaultLimits } from '../../../shared/limits.ts'
import { honestText, hostileUpdate } from '../../helpers/rooms/hostile-updates.ts'
import { memoryLog } from '../../helpers/rooms/memory-log.ts'
import { seededRandom } from '../../helpers/seeded-random.ts'

const decisions = Number(process.env.FUZZ_DECISIONS ?? 5_000)
const seed = Number(process.env.FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 32))

/** A text grows by what is accepted; a new one now and then keeps each decision quick. */
const decisionsPerText = 25

const needs = { math: () => null, image: () => ({ path: null, missing: '', exceeding: '', differing: '' }) }

/** Everything that reads a text afterwards does so without a complaint. */
function readAll(whole: Uint8Array): void {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, whole)
  const root = doc.getXmlFragment(textField)
  expect(findViolations(root).map(({ reason, quote }) => `${reason} at ${quote}`)).toEqual([])
  layOutText(root).words().bare.normalize()
  const content = yXmlFragmentToProsemirrorJSON(root) as JSONContent
  schema.nodeFromJSON(content).check()
  printTree(content, needs)
  documentMarkdown(content, () => null)
  expect(JSON.stringify(content)).not.toContain('\\u0000')
  doc.destroy()
}

test(`${decisions} decisions of the gate: what is refused changes nothing, what is taken is read by all (FUZZ_SEED=${seed})`, async () => {
  const ends = { refused: 0, taken: 0 }
  for (let at = 0; at < decisions; at += decisionsPerText) {
    const random = seededRandom(seed + at)
    const { log } = memoryLog({ room: [honestText(random)] })
    const text = new RoomText('room', log, defaultLimits)
    for (let count = 0; count < decisionsPerText; count++) {
      if (!text.isWriting) await text.beginWriting()
      const before = text.bytes().whole
      const doc = new Y.Doc()
      Y.applyUpdate(doc, before)
      const { kind, update } = hostileUpdate(random, doc)
      doc.destroy()
      const again = `FUZZ_DECISIONS=${decisionsPerText} FUZZ_SEED=${seed + at} finds this again: ${kind}`
      try {
        const taken = text.take(update, `user ${count}`)
        expect(taken).not.toHaveProperty('missing')
        if ('entry' in taken && taken.entry) await log.append([taken.entry])
        if ('rest' in taken) await log.append(entriesOf(taken.rest))
      } catch (failure) {
        if (failure instanceof BrokenChange) text.drop()
        else if (!(failure instanceof Refusal)) {
          throw new Error(again, { cause: failure })
        } else expect(Buffer.compare(text.bytes().whole, before), kind).toBe(0)
        ends.refused++
        continue
      }
      // what was taken is repaired and read, whatever it was: a failure of either is no refusal
      try {
        const { entry } = text.repair(null)
        if (entry) await log.append([entry])
        readAll(text.bytes().whole)
      } catch (cause) {
        throw new Error(again, { cause })
      }
      ends.taken++
    }
  }
  // both happen often, or nothing was shown
  expect(ends.refused).toBeGreaterThan(decisions / 20)
  expect(ends.taken).toBeGreaterThan(decisions / 20)
}, 3_600_000)
