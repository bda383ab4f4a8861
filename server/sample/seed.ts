import { randomBytes } from 'node:crypto'
import type { Locale } from '../../shared/accounts.ts'
import { hashPassword } from '../accounts/passwords.ts'
import { users } from '../accounts/tables.ts'
import type { Database } from '../db/database.ts'
import { unchecked } from '../http/access-recheck.ts'
import type { FileStore } from '../files/store.ts'
import { createSample } from './sample.ts'

interface Demo {
  email: string
  password: string
}

const demoName: Record<Locale, string> = { en: 'Demo', 'zh-CN': '演示账号' }

/**
 * Gives an empty server an account to try it with, and the sample project. Its password is made anew each time and
 * returned only here. Null when somebody has an account already: a server in use is left as it is.
 */
export async function seedSample(given: {
  database: Database
  files: FileStore
  locale: Locale
}): Promise<Demo | null> {
  const { database, files, locale } = given
  const email = 'demo@countersign.example'
  const password = randomBytes(9).toString('base64url')
  const passwordHash = await hashPassword(password)
  return unchecked(database).transaction(async (db) => {
    if ((await db.$count(users)) > 0) return null
    const [demo] = await db
      .insert(users)
      .values({ email, name: demoName[locale], locale, passwordHash })
      .returning({ id: users.id })
    await createSample(db, files, { userId: demo!.id, locale }, hashPassword)
    return { email, password }
  })
}
