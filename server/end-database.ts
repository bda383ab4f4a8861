import { readConfig } from './config.ts'
import { endLeftDatabase } from './db/left-database.ts'

// What the supervisor runs last when the serving process did not end in order: the database that it left running ends.
// In silence: what is wrong with the surroundings was said by the process that it follows.

const { databaseUrl, dataDir } = readConfig(process.env)
if (databaseUrl === null) await endLeftDatabase(dataDir)
process.exit(0)
