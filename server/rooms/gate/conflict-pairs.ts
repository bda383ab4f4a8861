import type { List, Lists, Node } from './list-order.ts'

/** How many looks Yjs may need to order a list's items in whatever sequence they come. */
export interface Pairs {
  /** Over all items. */
  total: number
  /** For any one of them. */
  worst: number
  /** How many items there are. */
  length: number
}

/**
 * Counts, for each item, those others whose search may pass it: it stands where they look (between what they were
 * written behind and before, as far as all that is written behind the same goes), and is not known to have been
 * written after them. What was written in sequence, each knowing of the others, has none, whoever wrote it. It holds
 * for every sequence in which the items may come: who opens a document gets them sorted by client, and not as they
 * came. `withFresh` false: without the new items.
 */
export function pairsIn(lists: Lists, list: List, withFresh: boolean): Pairs {
  const nodes: Node[] = []
  for (const node of lists.nodes(list)) {
    if (!withFresh && node.item === null) continue
    node.index = nodes.length
    nodes.push(node)
  }
  const length = nodes.length
  const [low, right] = [new Int32Array(length), new Int32Array(length)]
  for (const [index, node] of nodes.entries()) {
    low[index] = node.origin ? indexOf(lists, node.origin, nodes[index - 1], nodes, -1) : -1
    if (low[index]! >= index) low[index] = -1
    right[index] = node.right ? indexOf(lists, node.right, nodes[index + 1], nodes, length) : length
    if (right[index]! <= index) right[index] = length
  }
  const high = windowEnds(low, right)
  const depth = depths(low, right, high)
  // how many windows each item is in, its own included
  const changes = new Int32Array(length + 1)
  for (let index = 0; index < length; index++) {
    changes[low[index]! + 1]!++
    changes[high[index]!]!--
  }
  const pairs = { total: 0, worst: 0, length }
  for (let index = 0, cover = 0; index < length; index++) {
    cover += changes[index]!
    const count = cover - depth[index]!
    pairs.total += count
    pairs.worst = Math.max(pairs.worst, count)
  }
  return pairs
}

function indexOf(
  lists: Lists,
  id: { client: number; clock: number },
  likely: Node | undefined,
  nodes: readonly Node[],
  none: number,
): number {
  if (likely && likely.client === id.client && likely.clock <= id.clock && id.clock < likely.end) {
    return likely.index
  }
  const found = lists.find(id as never)
  return found.list !== null && nodes[found.index] === found ? found.index : none
}

/** Where each item's search ends: at its right neighbour, or where nothing more is written behind its origin. */
function windowEnds(low: Int32Array, right: Int32Array): Int32Array {
  const length = low.length
  const subtreeEnds = new Int32Array(length).fill(length)
  const open: number[] = []
  for (let index = 0; index < length; index++) {
    while (open.length > 0 && open.at(-1)! > low[index]!) subtreeEnds[open.pop()!] = index
    open.push(index)
  }
  return right.map((end, index) => (low[index]! < 0 ? end : Math.min(end, subtreeEnds[low[index]!]!)))
}

/** How many items each is known to come after and to stand in the window of, with itself. */
function depths(low: Int32Array, right: Int32Array, high: Int32Array): Int32Array {
  const length = low.length
  const depth = new Int32Array(length)
  const isWithin = (index: number, other: number): boolean =>
    other >= 0 && other < length && low[other]! <= low[index]! && high[index]! <= high[other]!
  const waiting: number[] = []
  for (let index = 0; index < length; index++) {
    waiting.push(index)
    while (waiting.length > 0) {
      const at = waiting.at(-1)!
      if (depth[at]! > 0) {
        waiting.pop()
        continue
      }
      let deepest = 0
      let isReady = true
      for (const other of [low[at]!, right[at]!]) {
        if (!isWithin(at, other)) continue
        if (depth[other] === 0) {
          waiting.push(other)
          isReady = false
        } else deepest = Math.max(deepest, depth[other]!)
      }
      if (!isReady) {
        // nothing that is in a list waits for itself; should it, it counts as first
        if (waiting.length > 2 * length + 2) depth[at] = 1
        continue
      }
      depth[at] = deepest + 1
      waiting.pop()
    }
  }
  return depth
}
