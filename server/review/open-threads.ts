import { sql, type SQL } from 'drizzle-orm'
import type { AnyPgColumn } from 'drizzle-orm/pg-core'
import { pendingStates } from '../../shared/review.ts'
import { threads } from './tables.ts'
import { threadShownTo } from './visibility.ts'

/** How many points of a project are pending, as an expression of a statement in which `projectId` is known. */
export const openThreadCount = (projectId: AnyPgColumn): SQL<number> =>
  sql`(
    select count(*) from ${threads}
    where ${threads.projectId} = ${projectId} and ${threads.state} in ${pendingStates} and ${threadShownTo()}
  )`.mapWith(Number)
