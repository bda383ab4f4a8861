import * as Y from 'yjs'
import { Refusal } from '../../../shared/errors.ts'
import { defaultLimits, type Limits } from '../../../shared/limits.ts'
import { structsOfRange } from './new-deletions.ts'

/** For what is not refused for its size. */
export const unlimited = Object.fromEntries(
  Object.keys(defaultLimits).map((name) => [name, Infinity]),
) as Limits

/** How many elements a document has. Costs one walk over all that was ever in it. */
export function countElements(doc: Y.Doc): number {
  let count = 0
  for (const structs of doc.store.clients.values()) {
    for (const struct of structs) if (!struct.deleted && isElement(struct)) count++
  }
  return count
}

/** What the checks of a text's shape ask of a change, be it one transaction or several that follow each other. */
export type Changed = Pick<Y.Transaction, 'doc' | 'beforeState' | 'afterState'>

/**
 * Throws when a change that was just made has added to something that is now larger than everybody can open:
 * `too_many_elements`, `table_too_large` or `too_many_formats`. What was too large before can be written in, and made
 * smaller. Returns the number of elements, of which there were `before`. To be called before what is deleted is
 * collected; costs what the change did, and a walk over each table and each formatted text that it added to.
 */
export function checkSize(transaction: Y.Transaction, before: number, limits: Limits): number {
  const count = elementsAfter(transaction, before)
  checkGrown(transaction, { before, count }, limits)
  return count
}

/** How many elements there are behind a transaction, before what it deleted is collected. */
export function elementsAfter(transaction: Y.Transaction, before: number): number {
  const { doc, beforeState, deleteSet } = transaction
  let count = before
  for (const [struct, start] of newStructs(transaction)) {
    if (!struct.deleted && struct.id.clock >= start && isElement(struct)) count++
  }
  for (const [client, ranges] of deleteSet.clients) {
    const known = beforeState.get(client) ?? 0
    for (const range of ranges) {
      for (const struct of structsOfRange(doc, client, range)) {
        if (struct.id.clock < known && isElement(struct)) count--
      }
    }
  }
  return count
}

/** As `checkSize`, for a change of which the number of elements before it and behind it is known. */
export function checkGrown(
  changed: Changed,
  { before, count }: { before: number; count: number },
  limits: Limits,
): void {
  if (count > before && count > limits.elementsPerDocument) {
    throw new Refusal('too_many_elements', { limit: limits.elementsPerDocument })
  }
  const tables = new Set<Y.XmlElement>()
  const texts = new Set<Y.XmlText>()
  for (const [struct] of newStructs(changed)) {
    if (!(struct instanceof Y.Item) || struct.deleted) continue
    if (struct.content instanceof Y.ContentFormat) texts.add(struct.parent as Y.XmlText)
    const table = tableOf(struct)
    if (table) tables.add(table)
  }
  for (const table of tables) checkTable(table, limits)
  for (const text of texts) checkFormats(text, limits.formatsPerText)
}

/** What a change brought, each with the clock from which its client's is new: the first may have begun before. */
export function* newStructs({ doc, beforeState, afterState }: Changed): Generator<[Y.Item | Y.GC, number]> {
  for (const [client, end] of afterState) {
    const start = beforeState.get(client) ?? 0
    if (start === end) continue
    const structs = doc.store.clients.get(client)!
    for (let index = Y.findIndexSS(structs, start); index < structs.length; index++) {
      yield [structs[index]!, start]
    }
  }
}

/** Throws `document_full` for a text of more bytes than one may have. */
export function refuseFull(bytes: number, { documentBytes: limit }: Limits): void {
  if (bytes > limit) throw new Refusal('document_full', { limit })
}

const isElement = (struct: Y.Item | Y.GC): boolean =>
  struct instanceof Y.Item &&
  struct.content instanceof Y.ContentType &&
  struct.content.type instanceof Y.XmlElement

/** The table that an item makes larger: it is a row, a cell, or the width of a cell; or it is a table itself. */
function tableOf(item: Y.Item): Y.XmlElement | null {
  const own = item.content instanceof Y.ContentType ? item.content.type : null
  if (own instanceof Y.XmlElement && own.nodeName === 'table') return own
  if (item.parentSub !== null && item.parentSub !== 'colspan') return null
  let at: unknown = item.parent
  for (let levels = 0; levels < 3 && at instanceof Y.XmlElement; levels++) {
    if (at.nodeName === 'table') return at
    // what stands in a cell is no part of the table's grid
    if (item.parentSub === null && !['tableRow', 'table'].includes(at.nodeName)) return null
    at = at._item?.parent
  }
  return null
}

function checkTable(table: Y.XmlElement, { columnsPerTable, placesPerTable }: Limits): void {
  let width = 0
  for (const row of table.toArray()) {
    if (!(row instanceof Y.XmlElement)) continue
    let columns = 0
    for (const cell of row.toArray()) {
      const span: unknown = cell instanceof Y.XmlElement ? cell.getAttribute('colspan') : 1
      columns += typeof span === 'number' ? span : 1
    }
    width = Math.max(width, columns)
  }
  if (width > columnsPerTable || width * table.length > placesPerTable) {
    throw new Refusal('table_too_large', { columns: columnsPerTable, cells: placesPerTable })
  }
}

function checkFormats(text: Y.XmlText, limit: number): void {
  let count = 0
  for (let item = text._start; item; item = item.right) {
    if (!item.deleted && item.content instanceof Y.ContentFormat && ++count > limit) {
      throw new Refusal('too_many_formats', { limit })
    }
  }
}
