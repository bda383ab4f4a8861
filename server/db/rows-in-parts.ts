/** Rows of one statement: PostgreSQL takes 65,535 values in one. */
export const rowsAtOnce = 1_000

/** Does something with so many rows at a time as one statement takes, one part after the other. */
export async function rowsInParts<Row>(
  rows: readonly Row[],
  act: (part: Row[]) => Promise<unknown>,
): Promise<void> {
  for (let from = 0; from < rows.length; from += rowsAtOnce) {
    await act(rows.slice(from, from + rowsAtOnce))
  }
}
