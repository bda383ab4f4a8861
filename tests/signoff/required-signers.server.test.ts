import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eq, sql } from 'drizzle-orm'
import { unzipSync } from 'fflate'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { revisions } from '../../server/signoff/tables.ts'
import type { Side } from '../../shared/permissions.ts'
import type { RevisionRecord, RevisionSummary } from '../../shared/signoff.ts'
import { openWorld, type World } from '../helpers/access/world.ts'
import { insertRevision } from '../helpers/signoff/inserted-revision.ts'
import { lampProject, signer } from '../helpers/signoff/lamp-project.ts'
import { unpackInto, verdictOf } from '../helpers/signoff/package-shell.ts'

/** Whose signatures close a revision stands in its record, and may be two of one side. */

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

const of = (...sides: Side[]) => sides.map((side) => ({ side }))

/** A project with three people who may sign for the maker, and a revision that names these signers. */
async function waitingFor(requiredSigners: unknown) {
  const lamp = await lampProject(world)
  const others = [await signer(world, 'Wang'), await signer(world, 'Zhao')]
  for (const { id } of others) {
    await world.database.execute(
      sql`insert into members (project_id, user_id, side, role) values (${lamp.projectId}, ${id}, 'manufacture', 'reviewer')`,
    )
  }
  const usual = await lamp.put()
  const [row] = await world.database.select().from(revisions).where(eq(revisions.id, usual.id))
  await lamp.designer.post(`${lamp.path}/revisions/${usual.id}/withdraw`)
  const record = JSON.parse(row!.record) as RevisionRecord
  const revision = await insertRevision(world, { ...record, version: 4, revision: 'B', requiredSigners })
  const path = `${lamp.path}/revisions/${revision.id}`
  const read = async () => (await lamp.maker.get(path)).body.revision as RevisionSummary
  return { ...lamp, others, revision, path, read }
}

test('a revision whose record names two of one side is signed by two of it, and by no third', async () => {
  const { designer, maker, others, revision, path, read, sign } = await waitingFor(
    of('design', 'manufacture', 'manufacture'),
  )
  expect(await read()).toMatchObject({
    state: 'open',
    integrity: 'ok',
    requiredSigners: of('design', 'manufacture', 'manufacture'),
  })
  expect((await sign(maker, revision)).status).toBe(201)
  expect((await sign(maker, revision)).body.error.code).toBe('already_signed')
  // both at once: the row is locked, so one of them has the place that is left
  const replies = await Promise.all(others.map((who) => sign(who, revision)))
  expect(replies.map(({ status }) => status).toSorted()).toEqual([201, 409])
  expect(replies.find(({ status }) => status === 409)!.body.error.code).toBe('side_signed')
  expect(await read()).toMatchObject({ state: 'open', integrity: 'ok' })

  const { revision: closed } = (await sign(designer, revision)).body
  expect(closed).toMatchObject({ state: 'sealing', integrity: 'ok', flaws: [] })
  const sides = (closed as RevisionSummary).signatures.map(({ side }) => side)
  expect(sides).toEqual(['manufacture', 'manufacture', 'design'])
  await world.sealing.settled(revision.id, 60_000)
  expect(await read()).toMatchObject({ state: 'signed', integrity: 'ok' })

  // everywhere that it is read, each of the three stands in a place of their own
  const markdown = await fetch(`${world.origin}${path}/revision.md?locale=en`, {
    headers: { cookie: maker.cookie },
  })
  const signers = (await markdown.text()).split('# Signatures')[1]!
  expect(signers.match(/^## /gm)).toHaveLength(3)
  const reply = await fetch(`${world.origin}${path}/package.zip`, { headers: { cookie: maker.cookie } })
  const archive = new Uint8Array(await reply.arrayBuffer())
  const statements = Object.keys(unzipSync(archive)).filter((name) => /^signatures\/.*json$/.test(name))
  expect(statements.toSorted()).toEqual(
    ['design', 'manufacture-2', 'manufacture'].map((name) => `signatures/${name}.json`),
  )
  const folder = mkdtempSync(join(tmpdir(), 'countersign-signers-'))
  try {
    const place = join(folder, 'package')
    unpackInto(place, archive)
    expect(verdictOf(place)).toMatchObject({ isWhole: true })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}, 120_000)

test('one that names a side alone is signed by that side alone', async () => {
  const { designer, maker, revision, sign } = await waitingFor(of('manufacture'))
  expect((await sign(designer, revision)).body.error.code).toBe('side_signed')
  expect((await sign(maker, revision)).body.revision).toMatchObject({ state: 'sealing', integrity: 'ok' })
})

test.each([
  ['in a way that is not known here', [{ side: 'design', userId: 'u' }, { side: 'manufacture' }]],
  ['by no known side', [{ side: 'broker' }]],
  ['and of them none', []],
])('one that names its signers %s is signed by nobody, and says so', async (_how, named) => {
  const { maker, revision, read, sign } = await waitingFor(named)
  expect(await read()).toMatchObject({ integrity: 'broken', flaws: ['record_foreign'] })
  expect((await sign(maker, revision)).body.error.code).toBe('revision_broken')
})
