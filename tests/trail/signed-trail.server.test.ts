import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { unzipSync } from 'fflate'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { RunningServer } from '../../server/open-server.ts'
import { readSignedTrail } from '../../server/export/package/signed-trail.ts'
import { openSigningKey } from '../../server/signoff/signing-key.ts'
import { trailStart, type TrailHead } from '../../shared/trail.ts'
import { asOwner } from '../helpers/db/database.ts'
import { commandsOf, unpackInto, verdictOf } from '../helpers/signoff/package-shell.ts'
import { password, type Person } from '../helpers/people.ts'
import { startServer } from '../helpers/server.ts'
import { lampRevision } from '../helpers/signoff/lamp-revision.ts'
import { openScene, type Scene } from '../helpers/signoff/trail-scene.ts'

/** What signing says about the trail, and what a package proves of it. */

let server: RunningServer & { dataDir: string }
let scene: Scene
let revisionId: string
let archive: Buffer
let folder: string
/** The head before each act of signing. */
const before: TrailHead[] = []

beforeAll(async () => {
  server = await startServer()
  folder = mkdtempSync(join(tmpdir(), 'countersign-trail-'))
  scene = await openScene(server)
  const { owner, maker, path } = scene
  await scene.raise(maker, { body: '壁厚 "2.5" \\ mm, `$(false)`' })
  await owner.ask('PATCH', path, { name: `"previous":"${trailStart}" \\n 灯` })
  const made = await owner.post<{ revision: { id: string } }>(`${path}/revisions`, { description: '' })
  revisionId = made.revision.id
  for (const person of [owner, maker]) {
    before.push((await scene.check()).head)
    await person.post(`${path}/revisions/${revisionId}/signatures`, { password })
    await scene.raise(owner)
  }
  archive = await download(owner)
}, 120_000)
afterAll(async () => {
  await server.close()
  rmSync(folder, { recursive: true, force: true })
})

async function download(by: Person): Promise<Buffer> {
  const address = `${server.url}${scene.path}/revisions/${revisionId}/package.zip`
  const reply = await fetch(address, { headers: { Cookie: by.cookie } })
  expect(reply.status).toBe(200)
  return Buffer.from(await reply.arrayBuffer())
}

function unpack(): string {
  const place = join(mkdtempSync(join(folder, 'unpacked-')), 'package')
  unpackInto(place, archive)
  return place
}

const statementOf = (side: string) =>
  JSON.parse(Buffer.from(unzipSync(archive)[`signatures/${side}.json`]!).toString())

test('a statement names the head just before the act of signing, and the entry names the statement', async () => {
  const entries = await scene.trail()
  for (const [index, side] of ['design', 'manufacture'].entries()) {
    const statement = statementOf(side)
    expect(statement).toMatchObject({ version: 3, trail: before[index] })
    const entry = entries[before[index]!.entries]!
    const bytes = unzipSync(archive)[`signatures/${side}.json`]!
    expect(entry).toMatchObject({
      action: 'revision.signed',
      actor: { userId: statement.signer.userId, side },
      previous: before[index]!.hash,
      details: { statementSha256: createHash('sha256').update(bytes).digest('hex') },
    })
  }
})

test('trail.jsonl proves itself from its bytes, ends with the last signature and meets both heads', () => {
  const lines = Buffer.from(unzipSync(archive)['trail.jsonl']!).toString().split('\n').slice(0, -1)
  let previous = trailStart
  const heads = lines.map((line, index) => {
    expect(JSON.parse(line)).toMatchObject({ previous, seq: index + 1 })
    return (previous = createHash('sha256').update(line).digest('hex'))
  })
  for (const { entries, hash } of before) expect(heads[entries - 1]).toBe(hash)
  expect(JSON.parse(lines.at(-1)!).action).toBe('revision.signed')
  expect(lines).toHaveLength(before[1]!.entries + 1)
})

test('the commands of VERIFY.txt go through it, and find a changed, a removed and an added line', () => {
  const place = unpack()
  const text = readFileSync(join(place, 'VERIFY.txt'), 'utf8')
  expect(verdictOf(place)).toMatchObject({ isWhole: true, stderr: '' })
  // what the commands say without the list of sums, which finds every change by itself
  const onTrail = commandsOf(place).filter((command) => !command.includes('SHA256SUMS >/dev/null'))
  expect([text.includes('who did what'), text.includes('项目操作记录')]).toEqual([true, true])

  const path = join(place, 'trail.jsonl')
  const whole = readFileSync(path, 'utf8')
  const lines = whole.split('\n')
  const faults = {
    changed: whole.replace('Lin Yue', 'Lin Xue'),
    removed: lines.toSpliced(2, 1).join('\n'),
    added: lines.toSpliced(2, 0, lines[2]!).join('\n'),
    shortened: `${lines.slice(0, -2).join('\n')}\n`,
  }
  for (const [fault, content] of Object.entries(faults)) {
    writeFileSync(path, content)
    expect(verdictOf(place, onTrail).said, fault).toMatch(/^VERDICT: CHANGED: trail.jsonl/)
  }
})

test('the package is the same bytes after more was done', async () => {
  await scene.raise(scene.maker)
  expect((await download(scene.maker)).equals(archive)).toBe(true)
  expect((await scene.check()).brokenAt).toBeNull()
}, 60_000)

test('a revision that was signed before there was a trail has none in its package', async () => {
  const key = await openSigningKey(server.dataDir)
  expect(await readSignedTrail(server.database, lampRevision(key))).toBeNull()
})

test('what no longer meets the signatures is not handed out, and the check says where', async () => {
  await asOwner(server.database).transaction(async (tx) => {
    await tx.execute(sql`alter table trail_entries disable trigger user`)
    await tx.execute(
      sql`update trail_entries set line = line || ' ' where seq = 2 and project_id = ${scene.projectId}`,
    )
    await tx.execute(sql`alter table trail_entries enable trigger user`)
  })
  expect((await scene.check()).brokenAt).toBe(2)
  const path = `${scene.path}/revisions/${revisionId}/package.zip`
  const reply = await scene.owner.ask<{ error: { code: string } }>('GET', path)
  expect([reply.status, reply.body.error.code]).toEqual([409, 'revision_broken'])
}, 60_000)
