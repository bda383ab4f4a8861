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
} as const
