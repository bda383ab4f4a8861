import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { jobTable } from '../../server/jobs/job-table.ts'
import { jobs } from '../../server/jobs/tables.ts'
import { sealingJob, sealingType } from '../../server/signoff/sealing-job.ts'
import { createTestDatabase } from '../helpers/db/database.ts'
import { startServer } from '../helpers/server.ts'
import { until } from '../helpers/until.ts'

test('sealing that a process had begun when it was killed goes on at the next start, and not when its lease ends', async () => {
  const own = await createTestDatabase()
  const { database } = own
  const table = jobTable(database)
  const asked = { types: [sealingType, 'other'], gatherMs: 0 }
  await database.transaction((tx) =>
    table.add(tx, [sealingJob({ id: 'gone', projectId: 'gone' }), { task: { type: 'other' } }]),
  )
  // as the process that was killed did
  expect([await table.take(asked), await table.take(asked)].map((job) => job?.attempts)).toEqual([1, 1])
  expect(await table.take(asked)).toBeUndefined()
  const dataDir = mkdtempSync(join(tmpdir(), 'countersign-test-'))
  const server = await startServer({ existing: { own, dataDir } })
  try {
    const typesLeft = async () => (await database.select().from(jobs)).map(({ task }) => task.type)
    await until('it to be done', async () => !(await typesLeft()).includes(sealingType))
    expect(await typesLeft()).toEqual(['other'])
  } finally {
    await server.close()
  }
})
