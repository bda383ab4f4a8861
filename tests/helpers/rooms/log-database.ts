import { randomUUID } from 'node:crypto'
import { users } from '../../../server/accounts/tables.ts'
import { documents } from '../../../server/history/tables.ts'
import { projects } from '../../../server/projects/tables.ts'
import { resources } from '../../../server/resources/tables.ts'
import { createTestDatabase, type TestDatabase } from '../db/database.ts'

/** A database in which `ada` and `bo` may write, and how it gets another room of the project `project`. */
export async function createLogDatabase(): Promise<TestDatabase & { newRoom(): Promise<string> }> {
  const created = await createTestDatabase()
  const { database } = created
  await database.insert(users).values(
    ['ada', 'bo'].map((id) => ({
      id,
      email: `${id}@test`,
      name: id,
      locale: 'en' as const,
      passwordHash: '',
    })),
  )
  await database.insert(projects).values({ id: 'project', name: 'Lamp', createdBy: 'ada' })
  return {
    ...created,
    async newRoom() {
      const id = randomUUID()
      await database
        .insert(resources)
        .values({ id, projectId: 'project', kind: 'document', title: id, createdBy: 'ada' })
      await database.insert(documents).values({ id, kind: 'spec' })
      return id
    },
  }
}
