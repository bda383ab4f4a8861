import type { Fragment, Node } from '@tiptap/pm/model'
import { Step, StepMap, StepResult } from '@tiptap/pm/transform'

/**
 * Puts another document in the place of the shown one, and says which places differ, so that the caret, highlights and
 * a composition elsewhere stay. Unlike a replacement it asks no schema: what is shared is shown as it is.
 */
export class ShowStep extends Step {
  private readonly before: Node
  private readonly after: Node

  constructor(before: Node, after: Node) {
    super()
    this.before = before
    this.after = after
  }
  override apply() {
    return StepResult.ok(this.after)
  }
  override getMap() {
    return new StepMap(changedRanges(this.before.content, this.after.content))
  }
  override invert(before: Node) {
    return new ShowStep(this.after, before)
  }
  override map() {
    return null
  }
  override toJSON() {
    return { stepType: 'show' }
  }
}

/** Where two texts differ, as a StepMap counts it: position, size before and size after, one for each place. */
function changedRanges(before: Fragment, after: Fragment, at = 0, ranges: number[] = []): number[] {
  let first = 0
  const shorter = Math.min(before.childCount, after.childCount)
  while (first < shorter && isSame(before.child(first), after.child(first)))
    at += before.child(first++).nodeSize
  let last = 0
  while (
    last < shorter - first &&
    isSame(before.child(before.childCount - 1 - last), after.child(after.childCount - 1 - last))
  ) {
    last++
  }
  const old = before.content.slice(first, before.childCount - last)
  const now = after.content.slice(first, after.childCount - last)
  if (old.length === 0 && now.length === 0) return ranges
  if (old.length === now.length && old.every((node, index) => holdsAlike(node, now[index]!))) {
    for (const [index, node] of old.entries()) {
      if (!isSame(node, now[index]!)) changedRanges(node.content, now[index]!.content, at + 1, ranges)
      at += node.nodeSize
    }
    return ranges
  }
  ranges.push(...smallestRange(old, now, at))
  return ranges
}

/** By what they say: a block that was written anew beside a new one is still that block to whatever is marked in it. */
const isSame = (one: Node, other: Node) => one.eq(other)
const holdsAlike = (one: Node, other: Node) => one.sameMarkup(other) && !one.isLeaf && !one.isText

/** Of runs of text only the characters that differ. */
function smallestRange(old: readonly Node[], now: readonly Node[], at: number): [number, number, number] {
  const sizeOf = (nodes: readonly Node[]) => nodes.reduce((size, node) => size + node.nodeSize, 0)
  const [before, after] = [sizeOf(old), sizeOf(now)]
  if (![...old, ...now].every((node) => node.isText)) return [at, before, after]
  const [was, is] = [old, now].map((nodes) => nodes.map(({ text }) => text).join(''))
  let start = 0
  while (start < Math.min(before, after) && was![start] === is![start]) start++
  let end = 0
  while (end < Math.min(before, after) - start && was![before - 1 - end] === is![after - 1 - end]) end++
  return [at + start, before - start - end, after - start - end]
}
