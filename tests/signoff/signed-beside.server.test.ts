import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { asOwner } from '../helpers/db/database.ts'
import { until } from '../helpers/until.ts'
import { openWorld, type World } from '../helpers/access/world.ts'
import { lampProject } from '../helpers/signoff/lamp-project.ts'

let world: World
let lamp: Awaited<ReturnType<typeof lampProject>>
beforeAll(async () => {
  world = await openWorld()
  lamp = await lampProject(world)
})
afterAll(() => world.close())

/** How many statements wait for a lock of the database. */
async function waiting(): Promise<number> {
  const { rows } = await asOwner(world.database).execute(
    sql`select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
  )
  return rows.length
}

test('who signs while an owner changes their role, and the owner, each get their way: neither waits for the other', async () => {
  const open = await lamp.put()
  const replies = await asOwner(world.database).transaction(async (tx) => {
    // signing comes to here, and holds the signer's place in the project
    await tx.execute(sql`lock table notices in share mode`)
    const signed = lamp.sign(lamp.maker, open)
    await until('who signs to wait', async () => (await waiting()) === 1)
    const changed = lamp.designer.patch(`${lamp.path}/members/${lamp.maker.id}`, { role: 'editor' })
    await until('the owner to wait', async () => (await waiting()) === 2)
    return { signed, changed }
  })
  expect([(await replies.signed).status, (await replies.changed).status]).toEqual([201, 200])
})
