import { sql } from 'drizzle-orm'
import type { Transaction } from '../db/database.ts'

/**
 * Tells the database that in this transaction a password is set by the one whose it is. Whatever else changes one, an
 * operator's SQL for instance, is noted in `passwordSetBy`, and shown with what is signed with that password.
 */
export const setByOwner = (tx: Transaction) =>
  tx.execute(sql`select set_config('countersign.password_set_by', 'owner', true)`)
