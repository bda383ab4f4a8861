import type { ErrorCode, ErrorParams } from '../errors.ts'
import { can } from '../permissions.ts'
import type { Membership } from '../projects.ts'
import { isClosed, type Comment, type Thread, type ThreadChange, type ThreadState } from '../review.ts'

/**
 * Who may do what with a point. The server asks before it writes, and refuses with the code that stands here; buttons
 * are drawn from the same answers.
 */

/** What of a point the rules look at: of its row on the server, in a browser of what `ruled` makes. */
export type RuledThread = Pick<Thread, 'state' | 'draft' | 'kind'> & {
  authorId: string
  authorSide: Thread['author']['side']
  assigneeId: string | null
}

/** Who asks. */
export type Asker = Pick<Membership, 'userId' | 'side' | 'role' | 'phase'>

/** Why not: what a `Refusal` is made of. Null: they may. */
export type Refused = { code: ErrorCode; params?: ErrorParams } | null

/** What the rules look at of a point as a browser holds it. */
export const ruled = ({ state, draft, kind, author, assignee }: Thread): RuledThread => ({
  state,
  draft,
  kind,
  authorId: author.userId,
  authorSide: author.side,
  assigneeId: assignee?.userId ?? null,
})

const speaks = ({ role, phase }: Asker) => can(role, 'thread.write', phase)
const edits = ({ role, phase }: Asker) => can(role, 'thread.settle', phase)

/**
 * Settled is said by who raised a point, or by an editor of the same side, who gives a reason; declining is an editor's,
 * of any side, with a reason. Answered is also said by the assignee. What is closed is opened before it is closed in
 * another way. Of a draft nobody has been asked anything yet.
 */
export function refusalOfState(
  thread: RuledThread,
  { state, reason }: { state: ThreadState; reason?: string },
  asker: Asker,
): Refused {
  if (!speaks(asker)) return { code: 'not_allowed' }
  if (thread.draft) return { code: 'invalid_input', params: { field: 'state' } }
  if (state === thread.state) return null
  const raised = thread.authorId === asker.userId
  if (state === 'settled') {
    const isColleague = edits(asker) && asker.side === thread.authorSide
    if (!raised && !isColleague) return { code: 'settle_not_yours' }
  } else {
    const isAsked = state === 'answered' && thread.assigneeId === asker.userId
    if (!edits(asker) && !(state !== 'declined' && raised) && !isAsked) return { code: 'not_allowed' }
  }
  const needsReason = state === 'declined' || (state === 'settled' && !raised)
  if (needsReason && !reason) return { code: 'reason_required' }
  if (isClosed(thread.state) && state !== 'open') return { code: 'thread_closed' }
  return null
}

/** What of a point is changed, besides its state. */
export type ChangedField = Exclude<keyof ThreadChange, 'state' | 'reason'>

/**
 * What is known of a point is said by who raised it, and by editors. How much it weighs is for the side that raised it to
 * say: the other could silence what must be settled. A proposal stays one.
 */
export function refusalOfFields(thread: RuledThread, fields: readonly ChangedField[], asker: Asker): Refused {
  if (!speaks(asker)) return { code: 'not_allowed' }
  if (fields.length > 0 && thread.authorId !== asker.userId) {
    if (!edits(asker)) return { code: 'not_allowed' }
    const weighs = fields.includes('severity') || fields.includes('kind')
    if (weighs && asker.side !== thread.authorSide) return { code: 'severity_not_yours' }
  }
  const isRetyped = thread.kind === 'proposal' && fields.includes('kind')
  return isRetyped ? { code: 'invalid_input', params: { field: 'kind' } } : null
}

/**
 * A comment is its author's to change, until it is withdrawn. Of a closed point nothing that was said is changed: others
 * settled it by these words; a draft they have not seen.
 */
export function refusalOfCommentChange(
  thread: Pick<RuledThread, 'state'>,
  comment: Pick<Comment, 'draft'> & { authorId: string; withdrawnAt: unknown },
  userId: string,
): Refused {
  if (comment.authorId !== userId) return { code: 'not_allowed' }
  if (comment.withdrawnAt) return { code: 'comment_withdrawn' }
  return isClosed(thread.state) && !comment.draft ? { code: 'thread_closed' } : null
}

/** Who accepts a proposal settles it, and writes its words into the text. */
export const mayAccept = ({ role, phase }: Pick<Asker, 'role' | 'phase'>): boolean =>
  can(role, 'thread.settle', phase) && can(role, 'document.write', phase)

/** What somebody may do with a point as it stands. */
export interface Rights {
  /** `reason`: settled for a colleague, which needs one. */
  settle: 'plainly' | 'reason' | null
  decline: boolean
  answer: boolean
  reopen: boolean
  /** Its category, assignee, due date, stage and tooling. */
  change: boolean
  /** How much it weighs. */
  weigh: boolean
  /** Its kind. */
  retype: boolean
}

/** What somebody may do with a point as it stands, to draw its buttons. */
export function rightsIn(thread: Thread, asker: Asker): Rights {
  const facts = ruled(thread)
  const may = (state: ThreadState, reason?: string) =>
    state !== facts.state && refusalOfState(facts, { state, reason }, asker) === null
  const mayChange = (field: ChangedField) => refusalOfFields(facts, [field], asker) === null
  return {
    settle: may('settled') ? 'plainly' : may('settled', 'some') ? 'reason' : null,
    decline: may('declined', 'some'),
    answer: may('answered'),
    reopen: may('open'),
    change: mayChange('category'),
    weigh: mayChange('severity'),
    retype: mayChange('kind'),
  }
}
