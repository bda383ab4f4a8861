import * as Y from 'yjs'
import { topElement } from '../../../shared/document/content-rules.ts'
import { textField } from '../../../shared/document/text-field.ts'
import { Refusal } from '../../../shared/errors.ts'

export type Struct = Y.Item | Y.GC | Y.Skip

/**
 * Where an item hangs: in what kind of type, how deep that stands (the root: 0), under which attribute's name.
 * `holder` names the element that the type is, or, for a text, the one that the text stands in.
 */
export interface Place {
  kind: 'root' | 'element' | 'text' | 'collected'
  holder: string
  depth: number
  key: string | null
}

/** Below something that was deleted and collected: Yjs drops what hangs there. */
const collected: Place = { kind: 'collected', holder: '', depth: 0, key: null }

const root = (key: string | null): Place => ({ kind: 'root', holder: topElement, depth: 0, key })

/**
 * Finds the places of an update's new items. An item names its parent only when it has no neighbour, so the way
 * leads through neighbours, in the update and in the document; without recursion, as it may be very long.
 */
export class Places {
  private readonly doc: Y.Doc
  private readonly deepest: number
  private readonly mostSteps: number
  private readonly fresh = new Map<number, Struct[]>()
  private readonly known = new Map<Y.Item, Place>()

  constructor(doc: Y.Doc, fresh: Struct[], deepest: number) {
    this.doc = doc
    this.deepest = deepest
    this.mostSteps = fresh.length
    for (const struct of fresh) {
      const list = this.fresh.get(struct.id.client)
      if (list) list.push(struct)
      else this.fresh.set(struct.id.client, [struct])
    }
  }

  /** Throws `update_refused` for an item that hangs from itself or from a root that is not the text's. */
  of(item: Y.Item): Place {
    const path: Y.Item[] = []
    let at = item
    let place = this.known.get(at) ?? this.direct(at)
    while (place === undefined) {
      if (path.push(at) > this.mostSteps) throw new Refusal('update_refused')
      at = this.find(wayOf(at) as Y.ID).struct as Y.Item
      place = this.known.get(at) ?? this.direct(at)
    }
    this.known.set(at, place)
    for (const next of path.toReversed()) {
      if (!neighbourOf(next)) place = below(at, place, next.parentSub)
      this.known.set(next, place)
      at = next
    }
    return place
  }

  /** The place when it depends on the document alone; undefined when on another item of the update. */
  private direct(item: Y.Item): Place | undefined {
    const way = wayOf(item)
    if (way === null) return collected
    if (typeof way === 'string') {
      if (way !== textField || item.parentSub !== null) throw new Refusal('update_refused')
      return root(null)
    }
    const { struct, isFresh } = this.find(way)
    if (!(struct instanceof Y.Item)) return collected
    if (isFresh) return undefined
    return neighbourOf(item)
      ? this.inDocument(struct)
      : below(struct, this.inDocument(struct), item.parentSub)
  }

  private inDocument(item: Y.Item): Place {
    const parent = item.parent as Y.AbstractType<unknown> | null
    if (parent === null) return collected
    if (parent._item === null) return root(item.parentSub)
    let depth = 0
    let holder: Y.Item | null = parent._item
    while (holder !== null && depth <= this.deepest) {
      depth++
      holder = (holder.parent as Y.AbstractType<unknown> | null)?._item ?? null
    }
    return parent instanceof Y.XmlText
      ? { kind: 'text', holder: nameOf(parent._item.parent), depth, key: item.parentSub }
      : { kind: 'element', holder: nameOf(parent), depth, key: item.parentSub }
  }

  /** How many structs a client will have, what is cut not counted. */
  countOf(client: number): number {
    return (this.doc.store.clients.get(client)?.length ?? 0) + (this.fresh.get(client)?.length ?? 0)
  }

  /** One of a client's structs, those of the update behind those of the document; undefined where there is none. */
  struct(client: number, index: number): Struct | undefined {
    const structs = this.doc.store.clients.get(client) ?? []
    return index < structs.length ? structs[index] : this.fresh.get(client)?.[index - structs.length]
  }

  /** What stands at a clock that is there, and as which of its client's structs. */
  at(client: number, clock: number): { struct: Struct; index: number } {
    const structs = this.doc.store.clients.get(client) ?? []
    const isFresh = clock >= Y.getState(this.doc.store, client)
    const list = isFresh ? this.fresh.get(client)! : structs
    const index = Y.findIndexSS(list as Y.Item[], clock)
    return { struct: list[index]!, index: isFresh ? structs.length + index : index }
  }

  /** What stands under an id: in the update, or in the document. */
  find(id: Y.ID): { struct: Struct; isFresh: boolean } {
    const list = this.fresh.get(id.client)
    if (list && id.clock >= Math.max(list[0]!.id.clock, Y.getState(this.doc.store, id.client))) {
      return { struct: list[Y.findIndexSS(list, id.clock)]!, isFresh: true }
    }
    return { struct: Y.getItem(this.doc.store, id), isFresh: false }
  }
}

/** The name of the element that a text stands in; null for what is no text, or is deleted. */
export function holderOfText(parent: unknown): string | null {
  if (!(parent instanceof Y.XmlText) || parent._item === null || parent._item.deleted) return null
  return nameOf(parent._item.parent)
}

const neighbourOf = (item: Y.Item): Y.ID | null => item.origin ?? item.rightOrigin

/** As it was decoded, an item's parent is an id, a root's name, or nothing. */
export const wayOf = (item: Y.Item): Y.ID | string | null =>
  neighbourOf(item) ?? (item.parent as Y.ID | string | null)

/** The place of what hangs from `holder`, which itself stands at `place`. */
function below(holder: Y.Item, place: Place, key: string | null): Place {
  if (place.kind === 'collected' || !(holder.content instanceof Y.ContentType)) return collected
  const depth = place.depth + 1
  const { type } = holder.content
  return type instanceof Y.XmlText
    ? { kind: 'text', holder: place.holder, depth, key }
    : { kind: 'element', holder: nameOf(type), depth, key }
}

/** The name of an element; of any other type one that the schema does not know. */
const nameOf = (type: unknown): string =>
  type instanceof Y.XmlElement ? type.nodeName : type instanceof Y.XmlFragment ? topElement : ''
