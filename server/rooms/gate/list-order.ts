import * as Y from 'yjs'
import { Refusal } from '../../../shared/errors.ts'
import { wayOf, type Struct } from './update-places.ts'

/** Looking for the item that another one was written behind costs about five times a look at a sibling. */
const searchSteps = 5
/** Going past an item that nobody asked for yet makes a node of the next one, which takes as long as so many looks. */
const makingSteps = 100

/** One list of items: what an element or a text holds, or the values that one attribute ever had. */
export class List {
  readonly type: Y.AbstractType<unknown> | null
  readonly key: string | null
  /** New items in it that did not simply go between two neighbours. */
  contested = 0
  fresh = 0
  /** Undefined until it is asked for. */
  start: Node | null | undefined

  /** `type`: null for a list of something that is new itself. */
  constructor(type: Y.AbstractType<unknown> | null, key: string | null) {
    this.type = type
    this.key = key
    if (type === null) this.start = null
  }
}

/** An item, or a piece of one, as it stands in its list. */
export class Node {
  readonly client: number
  readonly clock: number
  length: number
  readonly origin: Y.ID | null
  readonly right: Y.ID | null
  readonly list: List
  /** The document's item that it is, or is a piece of; null for what is new. */
  readonly item: Y.Item | null
  /** Undefined: what the document says. */
  next: Node | null | undefined
  /** Marks of a walk. */
  seen = 0
  conflict = 0
  index = 0

  constructor(
    id: Y.ID,
    length: number,
    origin: Y.ID | null,
    right: Y.ID | null,
    list: List,
    item: Y.Item | null,
  ) {
    this.client = id.client
    this.clock = id.clock
    this.length = length
    this.origin = origin
    this.right = right
    this.list = list
    this.item = item
  }

  get end(): number {
    return this.clock + this.length
  }
}

/** What was collected, or hangs from what was: it is in no list. */
interface Gone {
  clock: number
  end: number
  list: null
}

type Found = Node | Gone

/**
 * The lists of a document as they will be, built beside it as far as new items touch them: puts an item exactly where
 * Yjs' `integrate` will, and counts its looks. A walk here costs a tenth of Yjs' own.
 */
export class Lists {
  /** Looks at items so far; one that has to be searched for counts five. */
  steps = 0
  /** Looks of this class alone, to see that neighbours are in order. */
  walked = 0
  /** Items that a search went past. */
  passed = 0
  private readonly doc: Y.Doc
  private readonly onSplit: (client: number, clock: number) => void
  private readonly isOver: () => boolean
  private readonly pieces = new Map<Y.Item, Node[]>()
  private readonly fresh = new Map<number, Found[]>()
  private readonly lists = new Map<unknown, Map<string | null, List>>()
  private walk = 0
  private conflict = 0

  /** `onSplit`: something is cut before that clock. `isOver`: there is no use in counting on. */
  constructor(doc: Y.Doc, onSplit: Lists['onSplit'], isOver: () => boolean) {
    this.doc = doc
    this.onSplit = onSplit
    this.isOver = isOver
  }

  /** All lists that something was put into. */
  *touched(): Generator<List> {
    for (const byKey of this.lists.values()) for (const list of byKey.values()) if (list.fresh > 0) yield list
  }

  /** The items of a list in their order. */
  *nodes(list: List): Generator<Node> {
    for (let at = this.startOf(list); at !== null; at = this.nextOf(at)) yield at
  }

  /** Puts a struct of an update where Yjs will; they come in Yjs' order. Returns the list that it is in now, if any. */
  put(struct: Struct): List | null {
    const { client } = struct.id
    const known = Y.getState(this.doc.store, client)
    const clock = Math.max(struct.id.clock, known)
    const end = struct.id.clock + struct.length
    const node = struct instanceof Y.Item ? this.integrate(struct, Y.createID(client, clock), end) : null
    const own = this.fresh.get(client)
    const found = node ?? { clock, end, list: null }
    if (own) own.push(found)
    else this.fresh.set(client, [found])
    return found.list
  }

  private integrate(item: Y.Item, id: Y.ID, end: number): Node | null {
    let left = item.origin && this.endingAt(item.origin)
    const right = item.rightOrigin && this.startingAt(item.rightOrigin)
    // neighbours in two lists, or one of them collected alone: no editor writes it, and not all would read the same
    if (left && right && left.list !== right.list) throw new Refusal('update_refused')
    // cut again for the right one, which is part of it
    if (left?.list && left.end !== item.origin!.clock + 1) throw new Refusal('update_refused')
    if (left?.list === null || right?.list === null) return null
    let { origin } = item
    if (id.clock > item.id.clock) {
      // of an item that the document has in part, Yjs puts the rest behind that part
      origin = Y.createID(id.client, id.clock - 1)
      left = this.endingAt(origin)
      if (left.list === null) return null
    }
    const list = left?.list ?? right?.list ?? this.listAt(item)
    if (list === null) return null
    const node = new Node(id, end - id.clock, origin, item.rightOrigin, list, null)
    const first = left ? this.nextOf(left) : this.startOf(list)
    let after: Node | null = left
    // its left neighbour may say already that it stands before the same
    if (right && first !== right && !Y.compareIDs(left?.right ?? null, item.rightOrigin))
      this.refuseMisplaced(first, right)
    if (first !== right) {
      // of a walk over all former values to the first, and back
      if (list.key !== null && !left) this.steps += list.fresh
      const before = this.steps
      after = this.search(node, left, right, first)
      if (this.steps > before) list.contested++
    }
    list.fresh++
    if (after) {
      node.next = this.nextOf(after)
      after.next = node
    } else {
      node.next = this.startOf(list)
      list.start = node
    }
    return node
  }

  /**
   * Refuses an item whose right neighbour does not stand behind its left one, or was written behind something between
   * the two: no editor writes one, and where Yjs puts it goes by the order in which a reader gets the items.
   */
  private refuseMisplaced(first: Node | null, right: Node): void {
    const { origin } = right
    for (let at = first; at !== right; at = this.nextOf(at)) {
      this.walked += at?.next === undefined ? makingSteps : 1
      if (at === null) throw new Refusal('update_refused')
      const isOrigin = origin?.client === at.client && at.clock <= origin.clock && origin.clock < at.end
      if (isOrigin) throw new Refusal('update_refused')
      if (this.isOver()) return
    }
  }

  /** Yjs' own search among what was written in the same place: behind what the new one goes. */
  private search(node: Node, left: Node | null, right: Node | null, first: Node | null): Node | null {
    const walk = ++this.walk
    let conflict = ++this.conflict
    let after = left
    for (let at = first; at !== null && at !== right; at = this.nextOf(at)) {
      at.seen = walk
      at.conflict = conflict
      if (Y.compareIDs(node.origin, at.origin)) {
        this.steps++
        if (at.client < node.client) {
          after = at
          conflict = ++this.conflict
        } else if (Y.compareIDs(node.right, at.right)) break
      } else {
        this.steps += searchSteps
        const behind = at.origin && this.find(at.origin)
        if (!behind?.list || behind.seen !== walk) break
        if (behind.conflict !== conflict) {
          after = at
          conflict = ++this.conflict
        }
      }
      this.passed++
      if (this.isOver()) break
    }
    return after
  }

  private listAt(item: Y.Item): List | null {
    const way = wayOf(item)
    if (way === null) return null
    if (typeof way === 'string')
      return this.listOf(this.doc.share.get(way) as Y.AbstractType<unknown>, item.parentSub)
    const holder = this.find(way)
    if (holder.list === null) return null
    if (holder.item === null) return this.listOf(holder, item.parentSub)
    const { content } = holder.item
    return content instanceof Y.ContentType ? this.listOf(content.type, item.parentSub) : null
  }

  /** `of`: a type of the document, or the new node that holds one. */
  private listOf(of: Y.AbstractType<unknown> | Node, key: string | null): List {
    let byKey = this.lists.get(of)
    if (!byKey) this.lists.set(of, (byKey = new Map()))
    let list = byKey.get(key)
    if (!list) byKey.set(key, (list = new List(of instanceof Node ? null : of, key)))
    return list
  }

  private startOf(list: List): Node | null {
    if (list.start !== undefined) return list.start
    let first = list.key === null ? list.type!._start : (list.type!._map.get(list.key) ?? null)
    if (list.key !== null) {
      while (first?.left) {
        this.steps++
        first = first.left
      }
    }
    list.start = first && this.piecesOf(first)[0]!
    return list.start
  }

  private nextOf(node: Node): Node | null {
    if (node.next !== undefined) return node.next
    const right = node.item!.right
    node.next = right && this.piecesOf(right)[0]!
    return node.next
  }

  private piecesOf(item: Y.Item): Node[] {
    let pieces = this.pieces.get(item)
    if (!pieces) {
      const { id, length, origin, rightOrigin, parent, parentSub } = item
      const list = this.listOf(parent as Y.AbstractType<unknown>, parentSub)
      pieces = [new Node(id, length, origin, rightOrigin, list, item)]
      this.pieces.set(item, pieces)
    }
    return pieces
  }

  /** What stands under an id by now. */
  find({ client, clock }: Y.ID): Found {
    const [among, index] = this.among(client, clock)
    return among[index]!
  }

  private among(client: number, clock: number): [Found[], number] {
    if (clock >= Y.getState(this.doc.store, client)) {
      const own = this.fresh.get(client)!
      return [own, indexIn(own, clock)]
    }
    const struct = Y.getItem(this.doc.store, Y.createID(client, clock)) as Struct
    if (!(struct instanceof Y.Item)) return [[{ clock, end: Infinity, list: null }], 0]
    const pieces = this.piecesOf(struct)
    return [pieces, pieces.length === 1 ? 0 : indexIn(pieces, clock)]
  }

  private startingAt({ client, clock }: Y.ID): Found {
    const [among, index] = this.among(client, clock)
    const found = among[index]!
    return found.list === null || found.clock === clock ? found : this.split(found, clock, among, index)
  }

  private endingAt({ client, clock }: Y.ID): Found {
    const [among, index] = this.among(client, clock)
    const found = among[index]!
    if (found.list !== null && found.end !== clock + 1) this.split(found, clock + 1, among, index)
    return found
  }

  /** Cuts a node in two before a clock; returns the second. */
  private split(node: Node, clock: number, among: Found[], index: number): Node {
    this.onSplit(node.client, clock)
    const second = new Node(
      Y.createID(node.client, clock),
      node.end - clock,
      Y.createID(node.client, clock - 1),
      node.right,
      node.list,
      node.item,
    )
    second.next = this.nextOf(node)
    node.next = second
    node.length = clock - node.clock
    among.splice(index + 1, 0, second)
    return second
  }
}

function indexIn(among: readonly Found[], clock: number): number {
  let [low, high] = [0, among.length - 1]
  while (low < high) {
    const middle = (low + high + 1) >>> 1
    if (among[middle]!.clock <= clock) low = middle
    else high = middle - 1
  }
  return low
}
