import { can } from '../../../shared/permissions.ts'
import type { Standing } from '../../../shared/projects.ts'
import { isClosed, type Thread } from '../../../shared/review.ts'

/** What the reader may do with a point; the server decides by the same rule. */
export interface Rights {
  /** `reason`: settled for a colleague, which needs one. */
  settle: 'plainly' | 'reason' | null
  decline: boolean
  answer: boolean
  reopen: boolean
  /** Its category, assignee, due date, stage and tooling. */
  change: boolean
  /** Its kind and severity: for the side that raised it to say. */
  weigh: boolean
}

/**
 * Settled is said by who raised a point, or by an editor of the same side; declining is an editor's. Of a draft nobody
 * has been asked anything yet.
 */
export function rightsIn(thread: Thread, me: Standing): Rights {
  const speaks = can(me.role, 'thread.write', me.phase)
  const edits = can(me.role, 'thread.settle', me.phase)
  const raised = speaks && thread.author.userId === me.userId
  const open = !thread.draft && !isClosed(thread.state)
  const forColleague = edits && thread.author.side === me.side
  const assigned = speaks && thread.assignee?.userId === me.userId
  return {
    settle: !open ? null : raised ? 'plainly' : forColleague ? 'reason' : null,
    decline: open && edits,
    answer: open && thread.state === 'open' && (edits || raised || assigned),
    reopen: thread.state !== 'open' && (edits || raised),
    change: edits || raised,
    weigh: raised || forColleague,
  }
}
