import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eq, sql } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { signFormerRevisions } from '../../server/signoff/first-signed.ts'
import { openSigningKey } from '../../server/signoff/signing-key.ts'
import { revisions } from '../../server/signoff/tables.ts'
import type { RevisionSummary } from '../../shared/signoff.ts'
import { asOwner } from '../helpers/db/database.ts'
import { openWorld, type World } from '../helpers/access/world.ts'
import { lampProject } from '../helpers/signoff/lamp-project.ts'

/** Revisions from before the key signed for their being put forward (issue 10.5). */

let world: World
let lamp: Awaited<ReturnType<typeof lampProject>>
let put: RevisionSummary
let dataDir: string

beforeAll(async () => {
  world = await openWorld()
  lamp = await lampProject(world)
  put = await lamp.put('2.5 mm')
  await asOwner(world.database).execute(sql.raw('alter table revisions disable trigger user'))
})
afterAll(() => world.close())

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'countersign-first-signed-'))
  // makes the folder of keys, as the start does
  await openSigningKey(dataDir)
  await world.database
    .update(revisions)
    .set({ putForwardEntry: null, putForwardSignature: null, putForwardPublicKey: null })
})
afterEach(() => rmSync(dataDir, { recursive: true }))

const seen = async () => {
  const { body } = await lamp.maker.get(`${lamp.path}/revisions`)
  const { integrity, flaws } = (body.revisions as RevisionSummary[]).find(({ id }) => id === put.id)!
  return [integrity, flaws]
}
const broken = ['broken', ['put_forward_missing']]

test('the key signs once for what was put forward before, and it is whole', async () => {
  expect(await seen()).toEqual(broken)
  await signFormerRevisions(world.database, world.key, dataDir)
  expect(await seen()).toEqual(['ok', []])
})

test('whatever nobody signed for later is broken, though the server is started again', async () => {
  await signFormerRevisions(world.database, world.key, dataDir)
  await world.database
    .update(revisions)
    .set({ putForwardEntry: null, putForwardSignature: null, putForwardPublicKey: null })
  await signFormerRevisions(world.database, world.key, dataDir)
  expect(await seen()).toEqual(broken)
})

test('where it cannot be told whether that was done, nothing is signed for', async () => {
  const note = join(dataDir, 'keys', 'revisions-signed')
  symlinkSync(note, note)
  await expect(signFormerRevisions(world.database, world.key, dataDir)).rejects.toMatchObject({
    code: 'ELOOP',
  })
  expect(await seen()).toEqual(broken)
})

test('what was changed before that is not signed for', async () => {
  const [{ record, recordSha256 }] = (await world.database
    .select({ record: revisions.record, recordSha256: revisions.recordSha256 })
    .from(revisions)
    .where(eq(revisions.id, put.id))) as [{ record: string; recordSha256: string }]
  await world.database.update(revisions).set({ record: record.replaceAll('2.5 mm', '1.5 mm') })
  await signFormerRevisions(world.database, world.key, dataDir)
  await world.database.update(revisions).set({ record, recordSha256 })
  expect(await seen()).toEqual(broken)
})

test('an entry that is none any more keeps no server from its start: what it put forward is not signed for', async () => {
  const owner = asOwner(world.database)
  await owner.execute(sql.raw('alter table trail_entries disable trigger user'))
  await owner.execute(
    sql`update trail_entries set line = line || 'x' where line like '{"action":"revision.put%'`,
  )
  await signFormerRevisions(world.database, world.key, dataDir)
  expect((await seen())[1]).toContain('trail_broken')
  const [{ signature }] = (await world.database
    .select({ signature: revisions.putForwardSignature })
    .from(revisions)
    .where(eq(revisions.id, put.id))) as [{ signature: Buffer | null }]
  expect(signature).toBeNull()
})
