import type { Decision } from './review.ts'

/** What the words of a review are kept as where it has none, in any language. */
export const decisionSigns: Record<Decision, string> = { good: '✓', comments: '…', changes: '✗' }

/** The decision that such a sign stands for; undefined for words. */
export const decisionOf = (words: string): Decision | undefined =>
  (Object.keys(decisionSigns) as Decision[]).find((decision) => decisionSigns[decision] === words)
