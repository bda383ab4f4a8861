import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { migrateDatabase } from '../../../server/db/migrate.ts'
import { createTestDatabase, type TestDatabase } from '../../helpers/database.ts'

let own: TestDatabase
beforeAll(async () => void (own = await createTestDatabase()))
afterAll(() => own.drop())

test('migrating a migrated database changes nothing', async () => {
  const tables = () => own.database.execute(sql`select table_name from information_schema.tables order by 1`)
  const before = await tables()
  await migrateDatabase(own.database)
  expect((await tables()).rows).toEqual(before.rows)
  expect(before.rows).toContainEqual({ table_name: 'document_updates' })
})
