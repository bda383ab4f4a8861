import { sql, type SQL } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { RevisionSummary } from '../../shared/signoff.ts'
import { asOwner } from '../helpers/db/database.ts'
import { openWorld, type World } from '../helpers/access/world.ts'
import { lampProject } from '../helpers/signoff/lamp-project.ts'

/** What the trail tells of and the database does not hold any more is told, and nothing takes its place. */

let world: World
beforeAll(async () => {
  world = await openWorld()
  // as somebody who has the whole database: no trigger is in the way
  for (const table of ['revisions', 'signatures', 'trail_entries', 'trail_heads']) {
    await run(sql.raw(`alter table ${table} disable trigger user`))
  }
  // what is sealed later would be another row than the one that was put back
  await world.sealing.stop()
}, 60_000)
afterAll(() => world.close())

const run = (change: SQL) => asOwner(world.database).execute(change)

type Lamp = Awaited<ReturnType<typeof lampProject>>
const listOf = async ({ maker, path }: Lamp) =>
  (await maker.get(`${path}/revisions`)).body.revisions as RevisionSummary[]
const refusalOf = async ({ designer, path }: Lamp) => {
  const { status, body } = await designer.post(`${path}/revisions`, { description: 'in its place' })
  return [status, body.error?.code, body.error?.params?.letter]
}

const deleted: [name: string, state: RevisionSummary['state'], sides: ('design' | 'manufacture')[]][] = [
  ['that both signed', 'signed', ['design', 'manufacture']],
  ['that waits for one', 'open', ['design']],
]
test.each(deleted)('a deleted revision %s is told as broken, and none takes its letter', async (...told) => {
  const [, state, sides] = told
  const lamp = await lampProject(world)
  const { designer, maker, path } = lamp
  const first = await lamp.put('2.5 mm')
  expect((await designer.post(`${path}/revisions/${first.id}/withdraw`)).status).toBe(200)
  const put = await lamp.put('2.8 mm')
  for (const side of sides) {
    expect((await lamp.sign(side === 'design' ? designer : maker, put)).status).toBe(201)
  }
  await run(sql`create table kept_revisions as select * from revisions where id = ${put.id}`)
  await run(sql`create table kept_signatures as select * from signatures where revision_id = ${put.id}`)
  await run(sql`delete from revisions where id = ${put.id}`)

  const listed = await listOf(lamp)
  expect(listed.map(({ id, letter, integrity }) => [id, letter, integrity])).toEqual([
    [put.id, 'B', 'broken'],
    [first.id, 'A', 'ok'],
  ])
  expect(listed[0]).toMatchObject({
    flaws: ['revision_missing'],
    state,
    createdByName: 'Lin',
    recordSha256: put.recordSha256,
  })
  expect(listed[0]!.signatures.map(({ side }) => side)).toEqual(sides)
  const page = await maker.get(`${path}/revisions/${put.id}`)
  expect([page.status, page.body.documents]).toEqual([200, []])
  expect(page.body.revision).toEqual(listed[0])
  for (const file of ['revision.pdf', 'revision.md', 'package.zip']) {
    const reply = await maker.get(`${path}/revisions/${put.id}/${file}`)
    expect([file, reply.status, reply.body.error.code]).toEqual([file, 409, 'revision_broken'])
  }
  expect(await refusalOf(lamp)).toEqual([409, 'revision_missing', 'B'])

  // the way out: an operator puts it back
  await run(sql`insert into revisions table kept_revisions`)
  await run(sql`insert into signatures table kept_signatures`)
  await run(sql`drop table kept_revisions, kept_signatures`)
  expect((await listOf(lamp)).map(({ integrity }) => integrity)).toEqual(['ok', 'ok'])
  if (state === 'open') await designer.post(`${path}/revisions/${put.id}/withdraw`)
  expect((await lamp.put('next')).letter).toBe('C')
})

test('a revision that was moved into another project is told in both, and its letter is taken in both', async () => {
  const [from, to] = [await lampProject(world), await lampProject(world)]
  const put = await from.put('moved')
  await from.designer.post(`${from.path}/revisions/${put.id}/withdraw`)
  await run(sql`update revisions set project_id = ${to.projectId} where id = ${put.id}`)
  expect((await listOf(from)).map(({ letter, flaws }) => [letter, flaws])).toEqual([
    ['A', ['revision_missing']],
  ])
  expect((await listOf(to)).map(({ integrity }) => integrity)).toEqual(['broken'])
  expect(await refusalOf(from)).toEqual([409, 'revision_missing', 'A'])
  expect((await to.put('own')).letter).toBe('B')
})

test('the letter comes behind the highest there is, not from how many there are', async () => {
  const lamp = await lampProject(world)
  const put = await lamp.put('of old')
  await lamp.designer.post(`${lamp.path}/revisions/${put.id}/withdraw`)
  await run(sql`update revisions set letter = 'Y' where id = ${put.id}`)
  expect((await lamp.put('next')).letter).toBe('AA')
})

test('an id that is told of nowhere is no revision', async () => {
  const { maker, path } = await lampProject(world)
  expect((await maker.get(`${path}/revisions/nowhere`)).status).toBe(404)
})

test.each([
  [
    'head put back',
    (id: string) => sql`update trail_heads set entries = entries - 1 where project_id = ${id}`,
  ],
  [
    'entry behind it',
    (id: string) => sql`insert into trail_entries (project_id, seq, line, hash)
      select project_id, entries + 1, '{}', 'x' from trail_heads where project_id = ${id}`,
  ],
])('a trail whose head does not fit its entries is told and nothing is done: %s', async (_name, change) => {
  const lamp = await lampProject(world)
  const { designer, maker, path } = lamp
  const put = await lamp.put('whole')
  // so that nothing beside the revision's own entry is touched
  await designer.patch(path, { name: 'Before' })
  await run(change(lamp.projectId))
  const replies = [
    await maker.get(`${path}/revisions/${put.id}/revision.md`),
    await designer.patch(path, { name: 'Other' }),
    await lamp.sign(designer, put),
    await designer.post(`${path}/revisions/${put.id}/withdraw`),
  ]
  expect(replies.map(({ status, body }) => [status, body.error?.code])).toEqual(
    replies.map(() => [409, 'trail_broken']),
  )
  expect((await listOf(lamp))[0]).toMatchObject({ state: 'open', signatures: [] })
})
