import { Refusal, type ErrorCode } from '../../shared/errors.ts'
import type { Refused } from '../../shared/rules/thread-rules.ts'

/** @throws Refusal what a rule of review said, unless it said yes */
export function refuse(refused: Refused): void {
  if (refused) throw new Refusal(refused.code, refused.params)
}

/** What words may be refused for. */
export const ofWords = [
  'comment_empty',
  'comment_invalid',
  'comment_too_long',
  'comment_too_large',
  'mention_unknown',
  'point_unknown',
  'picture_unknown',
  'thread_full',
  'comments_full',
  'own_share_full',
] as const satisfies readonly ErrorCode[]

/** What a point may be refused for when it is raised, besides its words. */
export const ofNewThread = [
  'id_taken',
  'anchor_invalid',
  'replacement_invalid',
  'replacement_too_large',
  'replacement_link',
  'replacement_picture',
  'too_many_threads',
  'too_many_own_threads',
  'too_many_drafts',
] as const satisfies readonly ErrorCode[]

/** What a change of points may be refused for. */
export const ofChange = [
  'settle_not_yours',
  'severity_not_yours',
  'reason_required',
  'thread_closed',
] as const satisfies readonly ErrorCode[]
