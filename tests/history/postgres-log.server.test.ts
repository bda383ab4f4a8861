import { randomUUID } from 'node:crypto'
import { users } from '../../server/accounts/tables.ts'
import { postgresLog } from '../../server/history/log.ts'
import { documents } from '../../server/history/tables.ts'
import { projects } from '../../server/projects/tables.ts'
import { resources } from '../../server/resources/tables.ts'
import { createTestDatabase } from '../helpers/db/database.ts'
import { describeLog } from '../helpers/rooms/log-contract.ts'

describeLog('on PostgreSQL', async (limits) => {
  const { database, drop } = await createTestDatabase()
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
    log: postgresLog(database, limits),
    async newRoom() {
      const id = randomUUID()
      await database
        .insert(resources)
        .values({ id, projectId: 'project', kind: 'document', title: id, createdBy: 'ada' })
      await database.insert(documents).values({ id, kind: 'spec' })
      return id
    },
    close: drop,
  }
})
