import type { NodeType } from '@tiptap/pm/model'
import * as Y from 'yjs'
import { schema } from '../../../shared/document/schema.ts'
import { textField } from '../../../shared/document/text-field.ts'
import { nodeTypeOf } from '../../../shared/document/violations.ts'
import { newStructs } from '../gate/size-check.ts'
import { repairAttributes, repairKinds, removeItem } from './repair-content.ts'
import { repairDepth, repairRoots } from './repair-depth.ts'
import { repairLimits } from './repair-limits.ts'
import { isSound, madeFrom, planChildren, type Child, type Made, type Piece } from './repair-plan.ts'
import { breakRuns } from './repair-runs.ts'
import { tableFixes } from './repair-table.ts'
import { repairItems, repairText } from './repair-text.ts'
import { sizeOf } from './repair-work.ts'

/** An element or a text; the root is a fragment. The document itself stands for its roots and for how deep it is. */
export type Part = Y.XmlFragment | Y.XmlText | Y.Doc

/** One part of a text could not be repaired: `part` names it, also when the text was read anew. */
export class RepairFailure extends Error {
  readonly part: string

  constructor(part: string, cause: unknown) {
    super('a part of a text could not be repaired', { cause })
    this.part = part
  }
}

/** How parts are repaired. */
export interface Repairing {
  /** A run of text of more without a break opportunity is broken. Left out: they stay. */
  runCharacters?: number
  /** Parts that failed before: they stay as they are. */
  left?: ReadonlySet<string>
  /** Told of each part that was repaired: what it held, as `sizeOf` says. */
  onRepaired?(size: number): void
}

/**
 * Parts of a document that a transaction may have broken: what got or lost children, what is new, and tables whose
 * rows or cells changed. Costs what the transaction did, not what the document holds.
 */
export function touchedBy(transaction: Y.Transaction, touched: Set<Part>): void {
  const { changed, deleteSet } = transaction
  for (const [type, keys] of changed) {
    // characters alone break nothing; that a deletion makes formats meet is looked at where there are any
    if (type instanceof Y.XmlText) {
      if (deleteSet.clients.size > 0 && (type as unknown as Formatted)._hasFormatting) touched.add(type)
    } else if (type instanceof Y.XmlFragment) {
      touched.add(type)
      const role = typeOf(type)?.spec.tableRole as string | undefined
      if (role === 'row' || (role !== undefined && keys.size > (keys.has(null) ? 1 : 0)))
        addTable(type, touched)
    }
  }
  for (const [struct] of newStructs(transaction)) {
    if (!(struct instanceof Y.Item) || struct.deleted) continue
    if (struct.content instanceof Y.ContentType) {
      const { type } = struct.content
      if (type instanceof Y.XmlElement || type instanceof Y.XmlText) touched.add(type)
    } else if (struct.content instanceof Y.ContentFormat) touched.add(struct.parent as Part)
  }
}

interface Formatted {
  _hasFormatting: boolean
}

/** All parts of a document, the innermost first; what is too deep is left out. Walks without recursion. */
export function allParts(root: Y.XmlFragment): Set<Part> {
  const parts: Part[] = []
  const left: { part: Part; level: number }[] = [{ part: root, level: 0 }]
  // each before what is in it, and the last one first: turned round at the end
  for (let next = left.pop(); next; next = left.pop()) {
    const { part, level } = next
    parts.push(part)
    if (!(part instanceof Y.XmlFragment) || level > repairLimits.levels) continue
    for (const child of part.toArray() as unknown[]) {
      if (child instanceof Y.XmlElement || child instanceof Y.XmlText)
        left.push({ part: child, level: level + 1 })
    }
  }
  return new Set(parts.toReversed())
}

/** All that a whole look at a document looks at. */
export const everyPart = (doc: Y.Doc): Set<Part> =>
  new Set<Part>([doc, ...allParts(doc.getXmlFragment(textField))])

/**
 * Makes a document satisfy the schema again, in one transaction, without losing a word. Returns false when something
 * stays broken. A sound document is not changed.
 */
export function repairDocument(doc: Y.Doc, repairing: Repairing = {}): boolean {
  return doc.transact(() => repairParts(everyPart(doc), repairing))
}

/**
 * As `repairDocument`, looking only at `parts` and at what their repair concerns. Call it in a transaction. Throws
 * `RepairFailure` and the document is not to be trusted any more.
 */
export function repairParts(parts: Set<Part>, repairing: Repairing = {}): boolean {
  const attempts = new Map<Part, number>()
  let isWhole = true
  // a set that grows while it is walked: what is added again comes again
  for (const part of parts) {
    parts.delete(part)
    if (part._item?.deleted) continue
    if (repairing.left?.has(nameOf(part))) {
      isWhole = false
      continue
    }
    const before = attempts.get(part) ?? 0
    if (before > repairLimits.attempts) continue
    const later = repairOrFail(part, repairing)
    if (later === 'left') isWhole = false
    if (later === null || later === 'left') continue
    attempts.set(part, before + 1)
    repairing.onRepaired?.(sizeOf(part))
    if (before === repairLimits.attempts) isWhole = false
    for (const next of later) parts.add(next)
  }
  return isWhole
}

/** Which part it is: the same in whatever document holds the same text. */
function nameOf(part: Part): string {
  if (part instanceof Y.Doc) return 'document'
  return part._item ? `${part._item.id.client}:${part._item.id.clock}` : 'root'
}

/** What has to be looked at after a part was repaired; null when it was sound, `left` when it cannot be repaired. */
type Outcome = Part[] | 'left' | null

function repairOrFail(part: Part, repairing: Repairing): Outcome {
  try {
    return repair(part, repairing)
  } catch (failure) {
    throw new RepairFailure(nameOf(part), failure)
  }
}

function repair(part: Part, { runCharacters = Infinity }: Repairing): Outcome {
  if (part instanceof Y.Doc) return repairFrame(part)
  if (part instanceof Y.XmlText) {
    const parent = part.parent as Y.XmlFragment
    const type = typeOf(parent)
    // whatever holds it, what it holds is looked at first: the parent may copy it to another place
    const isRepaired = repairItems(part, type)
    return (type && repairText(part, type)) || isRepaired ? [part, parent] : null
  }
  const type = typeOf(part)
  const isRepaired = part instanceof Y.XmlElement && repairAttributes(part)
  if (repairKinds(part)) return [...(part.toArray() as Child[]), part]
  // the parent of what the schema does not have takes its children
  if (!type) return null
  if (!isSound(part, type)) return repairChildren(part, type)
  if (type.inlineContent && breakRuns(part, runCharacters)) return [part]
  if (isRepaired) return [part]
  return part instanceof Y.XmlElement && type.spec.tableRole === 'table' ? repairTable(part) : null
}

function repairFrame(doc: Y.Doc): Outcome {
  const roots = repairRoots(doc)
  const { holders, isWhole } = repairDepth(doc)
  if (roots.isChanged || holders.length > 0)
    return [doc, ...holders.flatMap((holder) => [...partsBelow(holder)])]
  return roots.isWhole && isWhole ? null : 'left'
}

function repairChildren(element: Y.XmlFragment, type: NodeType): Part[] {
  const { pieces, hoisted } = planChildren(element, type)
  const own = new Set(element.toArray())
  // copied before anything is taken away
  const isKept = (piece: Piece): piece is Child => own.has(piece as Child)
  const next = pieces.map((piece) => (isKept(piece) ? piece : build(piece)))
  const holder = element._item ? (element.parent as Y.XmlFragment) : null
  const moved = holder ? hoisted.map(copy) : []
  const staying = new Set<unknown>(holder ? next : [...next, ...hoisted])
  for (const child of own) if (!staying.has(child)) removeItem(child._item!)
  // each behind the one before it: to look for the place of each is quadratic
  let before: Child | null = null
  for (const piece of next) {
    if (!own.has(piece)) element.insertAfter(before, [piece])
    before = piece
  }
  if (holder && moved.length > 0) holder.insertAfter(element as Y.XmlElement, moved)
  const made = [...next.filter((piece) => !own.has(piece)), ...moved].flatMap((part) => [...partsBelow(part)])
  return [...made, element, ...(moved.length > 0 ? [holder!] : []), ...tableAround(element)]
}

function repairTable(table: Y.XmlElement): Part[] | null {
  const { spans, missing, empty } = tableFixes(table)
  if (spans.length === 0 && missing.length === 0 && empty.length === 0) return null
  for (const row of empty) removeItem(row._item!)
  for (const { cell, name, value } of spans) {
    cell.setAttribute(name, value as unknown as string)
    // widths that were dragged are one for each column
    if (name === 'colspan') cell.removeAttribute('colwidth')
  }
  for (const { row, type, count } of missing) {
    const cells = Array.from({ length: count }, () => build(madeFrom(type.createAndFill()!)))
    row.push(cells)
  }
  return [table]
}

/** The node type of an element or of the root; undefined for what the schema does not have. */
function typeOf(part: Y.XmlFragment): NodeType | undefined {
  if (part instanceof Y.XmlElement) return nodeTypeOf(part, schema) ?? undefined
  return schema.topNodeType
}

function tableAround(part: Y.XmlFragment): Part[] {
  const around = new Set<Part>()
  if (typeOf(part)?.spec.tableRole !== undefined) addTable(part, around)
  return [...around]
}

function addTable(part: Y.XmlFragment, touched: Set<Part>): void {
  for (let at: unknown = part; at instanceof Y.XmlElement; at = at.parent) {
    if (typeOf(at)?.spec.tableRole !== 'table') continue
    touched.add(at)
    return
  }
}

function* partsBelow(part: Child | Y.XmlFragment): Generator<Part> {
  if (part instanceof Y.XmlFragment) for (const child of part.toArray()) yield* partsBelow(child as Child)
  yield part
}

const copy = (child: Child): Child => child.clone() as Child

function build(piece: Piece): Child {
  if (piece instanceof Y.XmlElement || piece instanceof Y.XmlText) return copy(piece)
  const element = new Y.XmlElement(piece.type.name)
  for (const [name, value] of Object.entries(piece.attributes)) {
    // as y-tiptap writes them
    if (value !== null) element.setAttribute(name, value as string)
  }
  element.insert(0, (piece as Made).pieces.map(build))
  return element
}
