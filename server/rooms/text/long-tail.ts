/** A log with this many updates after its base is folded when the room is quiet. */
const longTail = 50

/** Joining a text of so many bytes is noticeably quicker without a tail to merge. */
const longText = 32_768

/** So many updates behind a base are worth to be folded. `left`: bytes of a text that nobody is in any more. */
export const isTailLong = (updates: number, left: number): boolean =>
  updates >= longTail || (updates > 0 && left > longText)
