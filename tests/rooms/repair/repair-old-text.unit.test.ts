import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { repairText } from '../../../server/rooms/repair/repair-old-text.ts'
import { applyPart } from '../../../server/rooms/text/update-parts.ts'
import { defaultLimits } from '../../../shared/limits.ts'
import { readText } from '../../../shared/document/read-text.ts'
import { schema } from '../../../shared/document/schema.ts'
import { hostileChanges } from '../../helpers/rooms/hostile-content.ts'
import { nest, poisonedBy, wrongIn } from '../../helpers/rooms/poisoned.ts'

const { runCharacters } = defaultLimits

/** Elements that may not stand in each other, with many paragraphs in the innermost. */
function misnested(levels: number, paragraphs: number): Y.Doc {
  const doc = new Y.Doc()
  doc.transact(() => {
    let at: Y.XmlFragment = doc.getXmlFragment('default')
    for (let level = 0; level < levels; level++) {
      const element = new Y.XmlElement(level % 2 ? 'tableCell' : 'listItem')
      at.insert(0, [element])
      at = element
    }
    for (let index = 0; index < paragraphs; index++) {
      const paragraph = new Y.XmlElement('paragraph')
      at.insert(index, [paragraph])
      paragraph.insert(0, [new Y.XmlText(`word ${index}`)])
    }
  })
  return doc
}

test.each<readonly [string, Y.Doc]>([
  ['what may not stand in each other (A2)', misnested(40, 300)],
  ['what is sound', misnested(0, 20)],
  ...hostileChanges.map(([kind, change]) => [kind, poisonedBy(change)] as const),
])('a room that puts in, part by part, how a text was repaired elsewhere has it sound: %s', (_kind, doc) => {
  const whole = Y.encodeStateAsUpdate(doc)
  const { updates, isWhole, clientId } = repairText({ whole, runCharacters })
  expect(isWhole).toBe(true)
  for (const update of updates) applyPart(doc, update)
  expect(doc.store.pendingStructs).toBeNull()
  expect(doc.store.pendingDs).toBeNull()
  expect(wrongIn(doc)).toEqual([])
  readText(doc.getXmlFragment('default'), schema).check()
  // all of it is the repair's own, and another look finds nothing
  expect(
    updates.flatMap((update) => Y.decodeUpdate(update).structs).every(({ id }) => id.client === clientId),
  ).toBe(true)
  expect(repairText({ whole: Y.encodeStateAsUpdate(doc), runCharacters }).updates).toEqual([])
})

test('no word of what was repaired elsewhere is lost', () => {
  const doc = misnested(40, 300)
  for (const update of repairText({ whole: Y.encodeStateAsUpdate(doc), runCharacters }).updates)
    applyPart(doc, update)
  const said = readText(doc.getXmlFragment('default'), schema).textContent
  for (let index = 0; index < 300; index++) expect(said).toContain(`word ${index}`)
})

test('what is too deep to be repaired is left, and told', () => {
  const doc = new Y.Doc()
  nest(doc, 8_000, 'innermost')
  expect(repairText({ whole: Y.encodeStateAsUpdate(doc), runCharacters }).isWhole).toBe(false)
})
