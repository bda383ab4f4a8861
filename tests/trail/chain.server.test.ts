import { createHash } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newId } from '../../server/db/columns.ts'
import type { RunningServer } from '../../server/open-server.ts'
import { unchecked } from '../../server/http/access-recheck.ts'
import { appendTrail } from '../../server/trail/append.ts'
import { canonicalJson } from '../../server/trail/canonical.ts'
import { checkTrail } from '../../server/trail/check.ts'
import { trailStart } from '../../shared/trail.ts'
import { asOwner } from '../helpers/db/database.ts'
import type { Person } from '../helpers/people.ts'
import { startServer } from '../helpers/server.ts'
import { enter, makeLink } from '../helpers/access/guest-people.ts'
import { openScene, readTrail } from '../helpers/signoff/trail-scene.ts'

let server: RunningServer
beforeAll(async () => void (server = await startServer()))
afterAll(() => server.close())

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const actor = { userId: 'u', name: 'Lin', side: 'design' } as const
const joined = { actor, action: 'member.joined' } as const

/** Runs statements as somebody who owns the database would, past the triggers. */
async function tamper(...statements: ReturnType<typeof sql>[]): Promise<void> {
  await asOwner(server.database).transaction(async (tx) => {
    const each = ['trail_entries', 'trail_heads']
    for (const table of each) await tx.execute(sql.raw(`alter table ${table} disable trigger user`))
    for (const statement of statements) await tx.execute(statement)
    for (const table of each) await tx.execute(sql.raw(`alter table ${table} enable trigger user`))
  })
}

/** A chain of its own, long enough to be read in several parts. */
async function chain(length: number): Promise<string> {
  const projectId = newId()
  const acts = Array.from({ length }, () => joined)
  await unchecked(server.database).transaction((tx) => appendTrail(tx, projectId, acts))
  return projectId
}
const brokenAt = async (projectId: string, witnesses: { entries: number; hash: string }[] = []) =>
  (await checkTrail(server.database, projectId, witnesses)).brokenAt

describe('the chain', () => {
  test('each hash is over the rest of its entry, which names the hash before', async () => {
    const scene = await openScene(server)
    await scene.raise(scene.maker)
    const entries = await scene.trail()
    let previous = trailStart
    for (const [index, { hash, ...rest }] of entries.entries()) {
      expect(rest).toMatchObject({ projectId: scene.projectId, seq: index + 1, previous })
      expect(sha256(canonicalJson(rest))).toBe(hash)
      previous = hash
    }
    expect(await scene.check()).toEqual({ head: { entries: entries.length, hash: previous }, brokenAt: null })
  })

  test('is read in pages, the newest first', async () => {
    const scene = await openScene(server)
    const paged = await readTrail(scene.owner, scene.projectId, 2)
    expect(paged).toEqual(await scene.trail())
    const refused = await scene.owner.ask('GET', `${scene.path}/trail?limit=100000`)
    expect(refused.status).toBe(400)
  })

  test('the download is the chain, a line an entry, and proves itself', async () => {
    const scene = await openScene(server)
    const { body } = await scene.owner.ask<string>('GET', `${scene.path}/trail.jsonl`)
    const lines = body.split('\n')
    expect(lines.pop()).toBe('')
    const entries = await scene.trail()
    expect(lines.map(sha256)).toEqual(entries.map(({ hash }) => hash))
    expect(lines.slice(1).map((line) => JSON.parse(line).previous)).toEqual(lines.slice(0, -1).map(sha256))
  })

  test('a name with half a surrogate pair does not hinder anybody', async () => {
    const projectId = newId()
    const act = { ...joined, actor: { ...actor, name: '\ud83d灯' } }
    await unchecked(server.database).transaction((tx) => appendTrail(tx, projectId, [act]))
    expect(await brokenAt(projectId)).toBeNull()
  })
})

describe('who may see it', () => {
  test('every member, and neither guests nor strangers', async () => {
    const scene = await openScene(server)
    const stranger = (await openScene(server)).owner
    const { token } = await makeLink(scene.owner, scene.projectId, [scene.documentId])
    const { guest } = await enter(server.url, { token, name: '王师傅' })
    for (const page of ['trail', 'trail/check', 'trail.jsonl']) {
      const codes = async (who: Person) => {
        const { status, body } = await who.ask<{ error?: { code: string } }>('GET', `${scene.path}/${page}`)
        return [status, body.error?.code]
      }
      expect(await codes(scene.maker)).toEqual([200, undefined])
      expect(await codes(guest!)).toEqual([403, 'not_for_guests'])
      expect(await codes(stranger)).toEqual([404, 'not_found'])
    }
  })
})

describe('the database', () => {
  test('refuses to change, remove or empty what was written', async () => {
    const projectId = await chain(2)
    for (const statement of [
      sql`update trail_entries set line = '' where project_id = ${projectId}`,
      sql`delete from trail_entries where project_id = ${projectId}`,
      sql`truncate trail_entries`,
      sql`update trail_heads set entries = 1 where project_id = ${projectId}`,
      sql`delete from trail_heads where project_id = ${projectId}`,
      sql`truncate trail_heads`,
    ]) {
      await expect(asOwner(server.database).execute(statement)).rejects.toMatchObject({
        cause: { code: '23001' },
      })
    }
    expect(await brokenAt(projectId)).toBeNull()
  })

  test('a fault past the triggers is found at its entry', async () => {
    const at = (projectId: string, seq: number) => sql`project_id = ${projectId} and seq = ${seq}`
    const faults: [string, number, (projectId: string) => ReturnType<typeof sql>][] = [
      [
        'changed words',
        700,
        (id) => sql`update trail_entries set line = replace(line, 'Lin', 'Bo') where ${at(id, 700)}`,
      ],
      ['another hash', 3, (id) => sql`update trail_entries set hash = ${trailStart} where ${at(id, 3)}`],
      ['a removed entry', 2, (id) => sql`delete from trail_entries where ${at(id, 2)}`],
      ['a removed end', 1200, (id) => sql`delete from trail_entries where ${at(id, 1200)}`],
      [
        'a head moved back',
        1200,
        (id) => sql`update trail_heads set entries = 1199 where project_id = ${id}`,
      ],
      [
        'another head',
        1200,
        (id) => sql`update trail_heads set hash = ${trailStart} where project_id = ${id}`,
      ],
      [
        'no JSON',
        5,
        (id) => sql`update trail_entries set line = '{', hash = ${sha256('{')} where ${at(id, 5)}`,
      ],
      [
        'an entry of another project',
        1,
        (id) => sql`update trail_entries set line = replace(line, ${id}, 'x') where ${at(id, 1)}`,
      ],
    ]
    for (const [fault, seq, statement] of faults) {
      const projectId = await chain(1200)
      expect(await brokenAt(projectId), fault).toBeNull()
      await tamper(statement(projectId))
      expect(await brokenAt(projectId), fault).toBe(seq)
    }
  })

  test('a chain that was written anew from the middle on does not meet what was signed', async () => {
    const [honest, forged] = [await chain(9), await chain(9)]
    const { head } = await checkTrail(server.database, honest, [])
    expect(await brokenAt(honest, [head])).toBeNull()
    expect(await brokenAt(forged, [head])).toBe(9)
    expect(await brokenAt(honest, [{ ...head, entries: 12 }])).toBe(10)
  })

  test('an act that is taken back leaves nothing', async () => {
    const projectId = await chain(1)
    const undone = unchecked(server.database).transaction(async (tx) => {
      await appendTrail(tx, projectId, [joined, joined])
      throw new Error('taken back')
    })
    await expect(undone).rejects.toThrow('taken back')
    const [{ head, brokenAt: fault }] = [await checkTrail(server.database, projectId, [])]
    expect([head.entries, fault]).toEqual([1, null])
  })

  test('ten thousand entries are checked without holding up anybody', async () => {
    const projectId = await chain(10_000)
    let turns = 0
    const beat = setInterval(() => turns++, 1)
    expect(await brokenAt(projectId)).toBeNull()
    clearInterval(beat)
    expect(turns, 'turns that others had in between').toBeGreaterThan(5)
  })
})
