import { sql } from 'drizzle-orm'
import { jobTable } from '../../server/jobs/job-table.ts'
import { jobs } from '../../server/jobs/tables.ts'
import { createTestDatabase } from '../helpers/db/database.ts'
import { jobsContract } from '../helpers/jobs/jobs-contract.ts'

jobsContract('the table of jobs', async () => {
  const { database, drop } = await createTestDatabase()
  return {
    jobs: jobTable(database),
    transaction: (run) => database.transaction(run),
    passTime: (ms) => {
      const passed = sql`${ms / 1_000} * interval '1 second'`
      return database
        .update(jobs)
        .set({ runAt: sql`${jobs.runAt} - ${passed}`, createdAt: sql`${jobs.createdAt} - ${passed}` })
    },
    clear: () => database.delete(jobs),
    close: drop,
  }
})
