import type { Node } from '@tiptap/pm/model'
import { commonRuns, type Run } from './common-runs.ts'

/**
 * Where two texts differ, as a StepMap counts it: position, size before and size after, one for each place. Letters
 * are followed through whatever happens to the blocks around them: a paragraph that was split, joined, put into a list
 * or made a heading has its borders changed and no letter. A place whose sizes are 0 has only another look.
 */
export function changedRanges(
  old: readonly Node[],
  now: readonly Node[],
  at = 0,
  ranges: number[] = [],
): number[] {
  // what nobody wrote in is the same object, and nothing that is shared changes its order
  const shorter = Math.min(old.length, now.length)
  let start = 0
  while (start < shorter && old[start] === now[start]) at += old[start++]!.nodeSize
  let end = 0
  while (end < shorter - start && old[old.length - 1 - end] === now[now.length - 1 - end]) end++
  const [endOfOld, endOfNow] = [old.length - end, now.length - end]
  const places = new Map<Node, number>()
  for (let index = start; index < endOfNow; index++) places.set(now[index]!, index)
  let from = start
  for (let index = start; index <= endOfOld; index++) {
    const place = index === endOfOld ? endOfNow : places.get(old[index]!)
    if (place === undefined || place < start) continue
    const before = old.slice(from, index)
    rangesBetween(before, now.slice(start, place), at, ranges)
    if (index < endOfOld) at += sizeOf(before) + old[index]!.nodeSize
    from = index + 1
    start = place + 1
  }
  return ranges
}

/** Parts of both texts that are compared (0.2 s); more is taken for one other text, as after a restore. */
const mostCompared = 150_000

function rangesBetween(old: readonly Node[], now: readonly Node[], at: number, ranges: number[]): void {
  if (old.length === 0 && now.length === 0) return
  const [one, other] = [old[0], now[0]]
  const isOne = old.length === 1 && now.length === 1 && one!.sameMarkup(other!)
  if (isOne && !one!.isLeaf) {
    changedRanges(one!.children, other!.children, at + 1, ranges)
    return
  }
  const [inOld, inNow] = [nodesIn(old), nodesIn(now)]
  if (countParts(old, inNow) + countParts(now, inOld) > mostCompared)
    return void ranges.push(at, sizeOf(old), sizeOf(now))
  const [before, after] = [partsOf(old, inNow), partsOf(now, inOld)]
  put(ranges, at, matched(before, after), before, after)
}

const sizeOf = (nodes: readonly Node[]) => nodes.reduce((size, node) => size + node.nodeSize, 0)

function nodesIn(nodes: readonly Node[], found = new Set<Node>()): Set<Node> {
  for (const node of nodes) {
    if (node.isLeaf) continue
    found.add(node)
    nodesIn(node.children, found)
  }
  return found
}

/** What a text is made of, from left to right: letters, the borders of blocks, and nodes that count as one. */
interface Part {
  kind: 'letter' | 'opens' | 'closes' | 'whole'
  node: Node
  letter?: string
}

/** Those of `kept` stand in the other text as well, and count as one. */
function partsOf(nodes: readonly Node[], kept: ReadonlySet<Node>, parts: Part[] = []): Part[] {
  for (const node of nodes) {
    if (node.isText) {
      const text = node.text!
      for (let index = 0; index < text.length; index++)
        parts.push({ kind: 'letter', node, letter: text[index]! })
    } else if (node.isLeaf || kept.has(node)) parts.push({ kind: 'whole', node })
    else {
      parts.push({ kind: 'opens', node })
      partsOf(node.children, kept, parts)
      parts.push({ kind: 'closes', node })
    }
  }
  return parts
}

/** How many parts `partsOf` would give. */
const countParts = (nodes: readonly Node[], kept: ReadonlySet<Node>): number =>
  nodes.reduce((count, node) => {
    if (node.isText) return count + node.nodeSize
    return count + (node.isLeaf || kept.has(node) ? 1 : 2 + countParts(node.children, kept))
  }, 0)

const sizeOfPart = ({ kind, node }: Part) => (kind === 'whole' ? node.nodeSize : 1)
const isContent = ({ kind }: Part) => kind === 'letter' || kind === 'whole'

const isSameContent = (one: Part, other: Part): boolean =>
  one.kind === 'letter'
    ? one.letter === other.letter
    : one.node === other.node ||
      (one.node.isLeaf && other.kind === 'whole' && one.node.sameMarkup(other.node))

/** A border is found again whatever the block has become, so that a caret in an empty one has its place. */
const isSameBorder = (one: Part, other: Part): boolean =>
  one.kind === other.kind &&
  one.kind !== 'letter' &&
  (one.kind === 'whole'
    ? one.node.isLeaf && one.node.type === other.node.type
    : one.node.isTextblock === other.node.isTextblock)

/** Which parts stand for each other: first by what they say, then what lies between by its shape. */
function matched(before: readonly Part[], after: readonly Part[]): Run[] {
  const [said, says] = [before, after].map((parts) =>
    parts.flatMap((part, index) => (isContent(part) ? [index] : [])),
  ) as [number[], number[]]
  const pairs: Run[] = []
  let [a, b] = [0, 0]
  const between = (endA: number, endB: number) => {
    const [old, now] = [before.slice(a, endA), after.slice(b, endB)]
    const shapes = commonRuns(old.length, now.length, (x, y) => isSameBorder(old[x]!, now[y]!))
    pairs.push(...shapes.map((run) => ({ ...run, a: run.a + a, b: run.b + b })))
  }
  const runs = commonRuns(
    said.length,
    says.length,
    (x, y) => isSameContent(before[said[x]!]!, after[says[y]!]!),
    (run) => isKept(run, (index) => before[said[index]!]!),
  )
  for (const run of runs) {
    for (let index = 0; index < run.size; index++) {
      const [x, y] = [said[run.a + index]!, says[run.b + index]!]
      between(x, y)
      pairs.push({ a: x, b: y, size: 1 })
      ;[a, b] = [x + 1, y + 1]
    }
  }
  between(before.length, after.length)
  return pairs
}

/** A node that stands in both texts is no coincidence, as few letters may be. */
const isKept = ({ a, size }: Run, partAt: (index: number) => Part): boolean => {
  for (let index = a; index < a + size; index++) if (!partAt(index).node.isLeaf) return true
  return false
}

function put(
  ranges: number[],
  at: number,
  runs: readonly Run[],
  before: readonly Part[],
  after: readonly Part[],
): void {
  let [a, b] = [0, 0]
  let wasOther = false
  const differ = (endA: number, endB: number) => {
    let [old, now] = [0, 0]
    for (; a < endA; a++) old += sizeOfPart(before[a]!)
    for (; b < endB; b++) now += sizeOfPart(after[b]!)
    if (old > 0 || now > 0) {
      // a caret at this place asks the first range alone
      if (ranges.at(-3) === at && ranges.at(-2) === 0 && ranges.at(-1) === 0) ranges.length -= 3
      ranges.push(at, old, now)
    }
    at += old
  }
  for (const run of runs) {
    differ(run.a, run.b)
    for (let index = 0; index < run.size; index++, a++, b++) {
      const [one, other] = [before[a]!, after[b]!]
      const isOther = one.kind !== 'closes' && !one.node.sameMarkup(other.node)
      if (one.kind === 'opens') at++
      const end = ranges.length > 0 ? ranges.at(-3)! + ranges.at(-2)! : -1
      if (isOther && !wasOther && end < at) ranges.push(at, 0, 0)
      if (one.kind !== 'opens') at += sizeOfPart(one)
      wasOther = isOther && one.kind === 'letter'
    }
  }
  differ(before.length, after.length)
}
