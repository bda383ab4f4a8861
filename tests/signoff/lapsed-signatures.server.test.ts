import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openWorld, type World } from '../helpers/access/world.ts'
import { lampProject, signer } from '../helpers/signoff/lamp-project.ts'

/** A signature counts until the last one is given only while its signer may sign for that side. */

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

type Person = Awaited<ReturnType<World['person']>>
const person = (name: string) => signer(world, name)
const lamp = () => lampProject(world)

test.each([
  ['removed', sql`delete from members where user_id =`],
  ['moved to the other side', sql`update members set side = 'manufacture' where user_id =`],
  ['made a viewer', sql`update members set role = 'viewer' where user_id =`],
])('a signature whose signer was %s before the last one closes nothing', async (_how, change) => {
  const { designer, maker, projectId, path, put, sign } = await lamp()
  const second = await person('Wang')
  const letIn = (who: Person) =>
    sql`insert into members (project_id, user_id, side, role) values (${projectId}, ${who.id}, 'design', 'editor')
      on conflict (project_id, user_id) do update set side = 'design', role = 'editor'`
  await world.database.execute(letIn(second))
  const revision = await put()
  expect((await sign(second, revision)).status).toBe(201)
  await world.database.execute(sql`${change} ${second.id}`)
  for (const who of [maker, designer]) {
    const refused = await sign(who, revision)
    expect([refused.status, refused.body.error.code]).toEqual([409, 'signature_lapsed'])
    expect(refused.body.error.params).toEqual({ name: 'Wang' })
  }
  const { revision: shown } = (await maker.get(`${path}/revisions/${revision.id}`)).body
  expect(shown).toMatchObject({ state: 'open', signatures: [{ name: 'Wang', lapsed: true }] })
  const [listed] = (await maker.get(`${path}/revisions`)).body.revisions
  expect(listed.signatures).toMatchObject([{ name: 'Wang', lapsed: true }])
  // who is let in again may sign, so what they signed counts again
  await world.database.execute(letIn(second))
  const { revision: closed } = (await sign(maker, revision)).body
  expect(closed).toMatchObject({ state: 'sealing', signatures: [{ lapsed: false }, { lapsed: false }] })
  // and what is signed stays so, whoever leaves afterwards
  await world.database.execute(sql`${change} ${second.id}`)
  const { revision: after } = (await maker.get(`${path}/revisions/${revision.id}`)).body
  expect(after.signatures).toMatchObject([{ lapsed: false }, { lapsed: false }])
})

test('who is removed while the last signature is given is removed before it or after it', async () => {
  const { designer, maker, projectId, path, put, sign } = await lamp()
  const revision = await put()
  await sign(maker, revision)
  const [removed, signed] = await Promise.all([
    designer.ask('DELETE', `${path}/members/${maker.id}`),
    sign(designer, revision),
  ])
  expect(removed.status).toBe(204)
  const lines = await world.database.execute<{ line: string }>(
    sql`select line from trail_entries where project_id = ${projectId} order by seq`,
  )
  const actions = lines.rows.map(({ line }) => JSON.parse(line).action as string)
  const last = actions.slice(-2)
  if (signed.status === 201) expect(last).toEqual(['revision.signed', 'member.removed'])
  else expect([signed.body.error.code, last[1]]).toEqual(['signature_lapsed', 'member.removed'])
})
