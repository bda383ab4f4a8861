import { randomBytes } from 'node:crypto'
import { sql, type SQL } from 'drizzle-orm'
import { customType, integer, text, timestamp } from 'drizzle-orm/pg-core'

/** A new id: 128 random bits as 22 characters of base64url. */
export const newId = (): string => randomBytes(16).toString('base64url')

export const id = () => text().primaryKey().$defaultFn(newId)

/** A timestamptz, kept with its zone to the millisecond. */
export const timestamptz = () => timestamp({ withTimezone: true, precision: 3, mode: 'date' })

export const bytea = customType<{ data: Uint8Array; driverData: Buffer }>({ dataType: () => 'bytea' })

/** The SHA-256 of all files that a JSON column names, kept by the database: who asks for one reads no JSON. */
export const filesNamedIn = (column: SQL) =>
  text()
    .array()
    .generatedAlwaysAs(sql`files_named_in(${column})`)

/** How many bytes the values of columns are as text, unpacked; kept by the database. */
export const bytesOf = (...columns: SQL[]) => {
  const sizes = columns.map((column) => sql`coalesce(octet_length(${column}::text), 0)`)
  return integer()
    .notNull()
    .generatedAlwaysAs(sql.join(sizes, sql` + `))
}
