import type { Node } from '@tiptap/pm/model'

/** A step from one list of blocks to another: kept or changed (both), removed (`next` null), added (`old` null). */
export type Step = { old: number; next: number } | { old: number; next: null } | { old: null; next: number }

type Pair = [old: number, next: number]

/** Blocks that share less of their letters than this are two different blocks, not one that was changed. */
const likeness = 0.5
/** Above this many comparisons a stretch counts as rewritten: 1,000 × 1,000 blocks take 30 ms. */
const comparisons = 1_000_000
/** And above so many letters in those comparisons: this many take about 2 s. */
const letters = 50_000_000

/**
 * Aligns two lists of blocks: equal ones by their longest common subsequence, in long texts by that of the blocks that
 * stand in each only once; between those, blocks of one kind whose words are mostly the same count as changed, in their
 * order.
 */
export function alignBlocks(before: readonly Node[], after: readonly Node[]): Step[] {
  const old = before.map(fingerprint)
  const next = after.map(fingerprint)
  const equal = equalPairs(old, next)
  const pairs: Pair[] = []
  const areAlike = comparison()
  let [i, j] = [0, 0]
  for (const [iEnd, jEnd] of [...equal, [before.length, after.length] as Pair]) {
    const isTooMuch = (iEnd - i) * wordsOf(after, j, jEnd) + (jEnd - j) * wordsOf(before, i, iEnd) > letters
    const alike = isTooMuch ? [] : commonPairs(i, iEnd, j, jEnd, (x, y) => areAlike(before[x]!, after[y]!))
    for (const pair of alike) pairs.push(pair)
    if (iEnd < before.length) pairs.push([iEnd, jEnd])
    ;[i, j] = [iEnd + 1, jEnd + 1]
  }
  return stepsThrough(pairs, before.length, after.length)
}

/** Pairs of equal blocks in their order. */
function equalPairs(old: string[], next: string[]): Pair[] {
  const areEqual = (i: number, j: number) => old[i] === next[j]
  if (old.length * next.length <= comparisons) {
    return commonPairs(0, old.length, 0, next.length, areEqual)
  }
  const pairs: Pair[] = []
  let [i, j] = [0, 0]
  for (const [iEnd, jEnd] of [...rising(singlePairs(old, next)), [old.length, next.length] as Pair]) {
    for (const pair of commonPairs(i, iEnd, j, jEnd, areEqual)) pairs.push(pair)
    if (iEnd < old.length) pairs.push([iEnd, jEnd])
    ;[i, j] = [iEnd + 1, jEnd + 1]
  }
  return pairs
}

/** What stands exactly once in each of two lists, in the order of the first. */
function singlePairs(old: string[], next: string[]): Pair[] {
  const places = (list: string[]) => {
    const found = new Map<string, number>()
    list.forEach((one, at) => found.set(one, found.has(one) ? -1 : at))
    return found
  }
  const inNext = places(next)
  return [...places(old)].flatMap(([one, at]): Pair[] => {
    const other = inNext.get(one) ?? -1
    return at >= 0 && other >= 0 ? [[at, other]] : []
  })
}

/** The longest part of pairs, which rise by their first, in which they rise by their second too. */
function rising(pairs: Pair[]): Pair[] {
  /** By length: the chain of that length whose end is lowest. */
  const ends: { pair: Pair; before: number }[][] = []
  for (const pair of pairs) {
    let [low, high] = [0, ends.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (ends[middle]!.at(-1)!.pair[1] < pair[1]) low = middle + 1
      else high = middle
    }
    const pile = (ends[low] ??= [])
    pile.push({ pair, before: low > 0 ? ends[low - 1]!.length - 1 : -1 })
  }
  const chain: Pair[] = []
  let at = (ends.at(-1)?.length ?? 0) - 1
  for (let length = ends.length - 1; length >= 0; length--) {
    const { pair, before } = ends[length]![at]!
    chain.push(pair)
    at = before
  }
  return chain.toReversed()
}

function stepsThrough(pairs: Pair[], oldLength: number, nextLength: number): Step[] {
  const steps: Step[] = []
  let [i, j] = [0, 0]
  for (const [old, next] of [...pairs, [oldLength, nextLength] as Pair]) {
    while (i < old) steps.push({ old: i++, next: null })
    while (j < next) steps.push({ old: null, next: j++ })
    if (old < oldLength) steps.push({ old: i++, next: j++ })
  }
  return steps
}

/** The longest common subsequence of two stretches, as pairs of indexes in their order. */
function commonPairs(
  oldFrom: number,
  oldTo: number,
  nextFrom: number,
  nextTo: number,
  same: (old: number, next: number) => boolean,
): Pair[] {
  const head: Pair[] = []
  while (oldFrom < oldTo && nextFrom < nextTo && same(oldFrom, nextFrom)) head.push([oldFrom++, nextFrom++])
  const tail: Pair[] = []
  while (oldFrom < oldTo && nextFrom < nextTo && same(oldTo - 1, nextTo - 1)) tail.push([--oldTo, --nextTo])
  tail.reverse()
  const width = nextTo - nextFrom + 1
  if ((oldTo - oldFrom) * (nextTo - nextFrom) > comparisons) return [...head, ...tail]
  // longest[i, j]: the longest common subsequence of what follows i and j
  const longest = new Uint32Array((oldTo - oldFrom + 1) * width)
  const at = (i: number, j: number) => (i - oldFrom) * width + (j - nextFrom)
  const matches = new Uint8Array(longest.length)
  for (let i = oldTo - 1; i >= oldFrom; i--) {
    for (let j = nextTo - 1; j >= nextFrom; j--) {
      matches[at(i, j)] = Number(same(i, j))
      longest[at(i, j)] = matches[at(i, j)]
        ? longest[at(i + 1, j + 1)]! + 1
        : Math.max(longest[at(i + 1, j)]!, longest[at(i, j + 1)]!)
    }
  }
  const middle: Pair[] = []
  for (let i = oldFrom, j = nextFrom; i < oldTo && j < nextTo;) {
    if (matches[at(i, j)]) middle.push([i++, j++])
    else if (longest[at(i + 1, j)]! >= longest[at(i, j + 1)]!) i++
    else j++
  }
  return [...head, ...middle, ...tail]
}

const fingerprint = (block: Node) => JSON.stringify(block.toJSON())

const wordsOf = (blocks: readonly Node[], from: number, to: number): number => {
  let size = 0
  for (let at = from; at < to; at++) size += blocks[at]!.content.size
  return size
}

/** Compares blocks by their words, each of which is taken apart once. */
function comparison(): (one: Node, other: Node) => boolean {
  const known = new Map<Node, Set<string>>()
  const pairsOf = (node: Node) => {
    const pairs = known.get(node) ?? letterPairs(node.textContent)
    known.set(node, pairs)
    return pairs
  }
  return (one, other) => {
    if (one.type !== other.type || one.isLeaf) return false
    const [some, more] = [pairsOf(one), pairsOf(other)]
    if (some.size === 0 || more.size === 0) return one.textContent === other.textContent
    let shared = 0
    for (const pair of some) if (more.has(pair)) shared++
    // a list or a table that lost or got most of its entries is still the same one
    const whole = one.isTextblock ? (some.size + more.size) / 2 : Math.min(some.size, more.size)
    return shared / whole >= likeness
  }
}

/** Two letters at a time: compares words without knowing where they end, as Chinese needs. */
function letterPairs(text: string): Set<string> {
  const pairs = new Set<string>()
  for (let index = 0; index + 1 < text.length; index++) pairs.add(text.slice(index, index + 2))
  return pairs
}
