import { postgresLog } from '../../server/history/log.ts'
import { createLogDatabase } from '../helpers/rooms/log-database.ts'
import { describeLog } from '../helpers/rooms/log-contract.ts'

describeLog('on PostgreSQL', async (limits) => {
  const { database, newRoom, drop } = await createLogDatabase()
  return { log: postgresLog(database, limits), newRoom, close: drop }
})
