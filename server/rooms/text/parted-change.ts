import type * as Y from 'yjs'
import type { Limits } from '../../../shared/limits.ts'
import type { Deletions } from '../gate/merge-cost.ts'
import { checkGrown, elementsAfter } from '../gate/size-check.ts'
import type { Steps } from '../gate/steps.ts'
import { checkRunsInSteps, jointsOf } from '../gate/text-runs.ts'
import { BrokenChange } from './broken-change.ts'

/**
 * A change that is put into a document in parts. What is in it between two of them nobody wrote, so that what is asked of
 * a text is asked of it when all of them are there.
 */
export class PartedChange {
  private readonly elementsBefore: number
  private elements: number
  private first: Y.Transaction | null = null
  private last: Y.Transaction | null = null
  private readonly joints: Deletions = { clients: new Map() }

  /** `elements`: how many there are before it. */
  constructor(elements: number) {
    this.elementsBefore = elements
    this.elements = elements
  }

  /** A part was put in, and what it deleted is not collected yet. Returns how many elements there are. */
  add(transaction: Y.Transaction): number {
    this.first ??= transaction
    this.last = transaction
    for (const [client, ranges] of jointsOf(transaction, this.first.beforeState).clients) {
      const own = this.joints.clients.get(client)
      if (own) for (const range of ranges) own.push(range)
      else this.joints.clients.set(client, ranges)
    }
    this.elements = elementsAfter(transaction, this.elements)
    return this.elements
  }

  /**
   * As `checkSize` and `checkRuns`, in steps, when all parts are put in. Returns the looks at runs. Throws `BrokenChange`
   * with a Refusal as its cause, behind `onBroken`.
   */
  *check(limits: Limits, onBroken: () => void): Generator<null, number> {
    try {
      const checking = this.checkInSteps(limits)
      let step = checking.next()
      for (; !step.done; step = checking.next()) yield null
      return step.value
    } catch (cause) {
      onBroken()
      throw new BrokenChange('the text is over a limit', { cause })
    }
  }

  private *checkInSteps(limits: Limits): Steps<number> {
    if (!this.first || !this.last) return 0
    const { doc, beforeState } = this.first
    const changed = { doc, beforeState, afterState: this.last.afterState }
    checkGrown(changed, { before: this.elementsBefore, count: this.elements }, limits)
    return yield* checkRunsInSteps({ ...changed, joints: this.joints }, limits.runCharacters)
  }
}
