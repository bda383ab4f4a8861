import type { Node } from '@tiptap/pm/model'
import { Step, StepMap, StepResult } from '@tiptap/pm/transform'
import { changedRanges } from './changed-ranges.ts'

/**
 * Puts another document in the place of the shown one, and says which places differ, so that the caret, highlights and
 * a composition elsewhere stay. Unlike a replacement it asks no schema: what is shared is shown as it is.
 */
export class ShowStep extends Step {
  private readonly before: Node
  private readonly after: Node
  private known: StepMap | null = null

  constructor(before: Node, after: Node) {
    super()
    this.before = before
    this.after = after
  }
  override apply() {
    return StepResult.ok(this.after)
  }
  override getMap() {
    return (this.known ??= new StepMap(changedRanges(this.before.children, this.after.children)))
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
