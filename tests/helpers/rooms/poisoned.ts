import * as Y from 'yjs'
import { checkContent } from '../../../server/rooms/gate/update-content.ts'
import { Places } from '../../../server/rooms/gate/update-places.ts'
import { defaultLimits } from '../../../shared/limits.ts'
import { findViolations } from '../../../shared/document/violations.ts'
import { hostileChanges, hostileUpdate } from './hostile-content.ts'

/** What is in a document and could not come in by the gate today, and what does not convert. */
export function wrongIn(doc: Y.Doc): string[] {
  const { structs, ds } = Y.decodeUpdate(Y.encodeStateAsUpdate(doc))
  const places = new Places(new Y.Doc(), structs, defaultLimits.nestingDepth)
  const wrong: string[] = []
  for (const struct of structs) {
    if (!(struct instanceof Y.Item) || struct.content instanceof Y.ContentDeleted) continue
    if (Y.isDeleted(ds, struct.id)) continue
    try {
      checkContent(struct, places, defaultLimits)
    } catch {
      wrong.push(`${struct.content.constructor.name} under ${String(struct.parentSub)}`)
    }
  }
  const violations = findViolations(doc.getXmlFragment('default'))
  return [...wrong, ...violations.map(({ reason, quote }) => `${reason} at ${quote}`)]
}

/** A document with one paragraph that says `before`, and what a hostile change made of it. */
export function poisonedBy(change: (typeof hostileChanges)[number][1]): Y.Doc {
  const { base, update } = hostileUpdate(change)
  const doc = new Y.Doc()
  for (const one of [base, update]) Y.applyUpdate(doc, one)
  return doc
}

/** Nests quotes, with words in the innermost. */
export function nest(doc: Y.Doc, levels: number, words: string): void {
  doc.transact(() => {
    let at: Y.XmlFragment = doc.getXmlFragment('default')
    for (let level = 0; level < levels; level++) {
      const quote = new Y.XmlElement('blockquote')
      at.insert(0, [quote])
      at = quote
    }
    const paragraph = new Y.XmlElement('paragraph')
    at.insert(0, [paragraph])
    paragraph.insert(0, [new Y.XmlText(words)])
  })
}
