import * as Y from 'yjs'
import { elementRules } from '../../../shared/document/content-rules.ts'
import { Refusal } from '../../../shared/errors.ts'
import type { Limits } from '../../../shared/limits.ts'
import { isStorable } from '../../../shared/text/storable.ts'
import type { Place, Places } from './update-places.ts'

/** Throws `update_refused` for an item that the document schema does not know where it stands. */
export function checkContent(item: Y.Item, places: Places, limits: Limits): void {
  const { content } = item
  if (content instanceof Y.ContentDeleted) {
    const { kind, holder, key } = places.of(item)
    const isKnown = key === null || elementRules.get(holder)?.mayCarry(key, undefined)
    if (content.len > limits.collectedRun || !(isKnown || kind === 'collected'))
      throw new Refusal('update_refused')
    return
  }
  const place = places.of(item)
  if (!isAllowed(content, place, limits)) throw new Refusal('update_refused')
}

function isAllowed(content: Y.Item['content'], place: Place, limits: Limits): boolean {
  if (place.kind === 'collected') return !(content instanceof Y.ContentDoc)
  const rule = elementRules.get(place.holder)
  if (rule === undefined) return false
  const { kind, key } = place
  if (content instanceof Y.ContentString) return kind === 'text' && key === null && isStorable(content.str)
  if (content instanceof Y.ContentFormat) {
    return kind === 'text' && key === null && rule.mayMark(content.key, content.value)
  }
  if (content instanceof Y.ContentAny) {
    return kind === 'element' && key !== null && content.arr.every((value) => rule.mayCarry(key, value))
  }
  if (content instanceof Y.ContentType) {
    const { type } = content
    if (key !== null || kind === 'text' || place.depth >= limits.nestingDepth) return false
    if (type instanceof Y.XmlElement) return rule.children.has(type.nodeName)
    return type instanceof Y.XmlText && rule.holdsText
  }
  // embeds, bytes, subdocuments, and Yjs' older JSON: no editor of this schema writes them
  return false
}
