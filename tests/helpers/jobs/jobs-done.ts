import { isNull } from 'drizzle-orm'
import type { Database } from '../../../server/db/database.ts'
import { jobs } from '../../../server/jobs/tables.ts'
import { until } from '../until.ts'

/** Resolves when all is done that was queued and does not gather. */
export const jobsDone = (database: Database): Promise<unknown> =>
  until('the jobs to be done', async () => (await database.$count(jobs, isNull(jobs.key))) === 0)
