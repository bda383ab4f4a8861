import { randomBytes } from 'node:crypto'
import { customType, text, timestamp } from 'drizzle-orm/pg-core'

/** A new id: 128 random bits as 22 characters of base64url. */
export const newId = (): string => randomBytes(16).toString('base64url')

export const id = () => text().primaryKey().$defaultFn(newId)

/** A moment, kept with its zone to the millisecond. */
export const moment = () => timestamp({ withTimezone: true, precision: 3, mode: 'date' })

export const bytea = customType<{ data: Uint8Array; driverData: Buffer }>({ dataType: () => 'bytea' })
