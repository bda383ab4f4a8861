import type { Context } from 'hono'
import type { Reading } from '../../rooms/ports.ts'
import type { Env } from '../route.ts'

/** What reading and writing out one row of a list costs, as so many bytes that are gone through: 30 microseconds. */
const bytesPerRow = 1_000

/** Reads a list of about so many rows when it is the reader's turn, who is charged for them before. */
export async function chargedList<Row>(
  c: Context<Env>,
  reading: Reading,
  rows: number | Promise<number>,
  read: () => Promise<Row[]>,
): Promise<Row[]> {
  await reading.begin(c.var.user.id, ((await rows) + 1) * bytesPerRow, c.req.raw.signal)
  return read()
}
