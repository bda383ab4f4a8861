/**
 * What the room's own repair of a text may do at most. It is the same on every server, as what it leaves is.
 */
export const repairLimits = {
  /** Columns or rows: a wider or longer cell is counted as one of one. */
  cellSpan: 1_000,
  /** Rows times columns: a larger table is left as it is; to lay it out would take long, and no person made it. */
  placesPerTable: 20_000,
  /** Cells that are added to one table: a small edit must not cause a large one. */
  cellsAdded: 1_000,
  /** Times that one part of a text is tried: it is sound after two, and what is not after four never is. */
  attempts: 4,
  /** Levels of elements, texts included: what is deeper is brought up. No schema or person nests so deep. */
  levels: 64,
  /** Where what is too deep is brought up to: what it is wrapped in there must not be too deep again. */
  levelsKept: 48,
  /** Levels that are taken away at once: Yjs and every browser do it by recursion, whose stack ends at some 3,900. */
  levelsRemoved: 3_300,
  /** Parts of one text that could not be repaired, of which each costs that the text is read anew; then it is left. */
  partsLeft: 20,
} as const
