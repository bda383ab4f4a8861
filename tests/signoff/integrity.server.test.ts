import { generateKeyPairSync, sign as signBytes } from 'node:crypto'
import { eq, sql, type SQL } from 'drizzle-orm'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { signedPackage } from '../../server/signoff/proofs.ts'
import { keySha256 } from '../../server/signoff/signing-key.ts'
import { revisions } from '../../server/signoff/tables.ts'
import { canonicalJson, sha256Hex } from '../../server/trail/canonical.ts'
import type { Flaw, RevisionSummary } from '../../shared/signoff.ts'
import { asOwner } from '../helpers/db/database.ts'
import { keptIn } from '../helpers/files/kept-in.ts'
import { openWorld, type Reply, type World } from '../helpers/access/world.ts'
import { lampProject } from '../helpers/signoff/lamp-project.ts'

/** Signatures are checked whenever they are read: whatever an attacker with the database changes is shown as broken. */

let world: World
let lamp: Awaited<ReturnType<typeof lampProject>>
let signed: RevisionSummary

beforeAll(async () => {
  world = await openWorld()
  lamp = await lampProject(world)
  for (const name of ['Lamp 1', 'Lamp 2', 'Lamp 3']) await lamp.designer.patch(lamp.path, { name })
  const put = await lamp.put('壁厚 2.8 mm')
  await lamp.sign(lamp.designer, put, { meaning: 'authorship' })
  await lamp.sign(lamp.maker, put)
  await world.sealing.settled(put.id, 60_000)
  signed = (await lamp.maker.get(`${lamp.path}/revisions/${put.id}`)).body.revision
  await takeOver()
  // so that a test can let one person sign twice
  await run('drop index signatures_revision_id_user_id_index')
  await keep()
}, 120_000)
afterAll(() => world.close())

const tables = ['revisions', 'signatures', 'trail_entries', 'trail_heads']
const run = (text: string) => asOwner(world.database).execute(sql.raw(text))

/** As somebody who has the whole database: no trigger is in the way. */
async function takeOver(): Promise<void> {
  await run(tables.map((table) => `alter table ${table} disable trigger user`).join(';'))
}

/** Remembers what is stored now. */
const keep = () =>
  run(
    tables
      .map((table) => `drop table if exists kept_${table}; create table kept_${table} as table ${table}`)
      .join(';'),
  )

/** What the list of revisions takes from the database: its length, statements, and the longest answer in characters. */
async function readingCost(person: { get(path: string): Promise<Reply> }, path: string) {
  const query = vi.spyOn(pg.Client.prototype, 'query')
  const { revisions: listed } = (await person.get(path)).body
  const results = await Promise.all(
    query.mock.results.map(({ value }) => value as Promise<{ rows?: object[] }>),
  )
  query.mockRestore()
  const longest = Math.max(...results.map((result) => JSON.stringify(result?.rows ?? []).length))
  return { length: listed.length as number, statements: results.length, longest }
}

/** Changes what is stored, looks, and puts back what was kept. */
async function tampered(change: SQL | (() => Promise<unknown>), look: () => Promise<void>): Promise<void> {
  try {
    await (typeof change === 'function' ? change() : asOwner(world.database).execute(change))
    await look()
  } finally {
    await run(
      [
        ...[...tables].toReversed().map((table) => `delete from ${table}`),
        ...tables.map((table) => `insert into ${table} table kept_${table}`),
      ].join(';'),
    )
  }
}

const address = (revision = signed) => `${lamp.path}/revisions/${revision.id}`

/** Looks at every place where "signed" would be shown. */
async function expectBroken(flaw: Flaw, revision = signed): Promise<void> {
  const { designer, maker, path } = lamp
  const list = (await maker.get(`${path}/revisions`)).body.revisions as RevisionSummary[]
  const listed = list.find(({ id }) => id === revision.id)!
  expect(listed.integrity).toBe('broken')
  expect(listed.flaws).toContain(flaw)
  const page = (await maker.get(address(revision))).body
  expect(page.revision).toEqual(listed)
  const isRecordTouched = ['record_changed', 'record_foreign', 'put_forward_missing'].some((one) =>
    listed.flaws.includes(one as Flaw),
  )
  expect(page.documents).toHaveLength(isRecordTouched ? 0 : 1)
  for (const file of ['revision.pdf', 'revision.md', 'package.zip']) {
    const reply = await maker.get(`${address(revision)}/${file}`)
    expect([file, reply.status, reply.body.error.code]).toEqual([file, 409, 'revision_broken'])
  }
  for (const reader of [designer, maker]) {
    const { notices } = (await reader.get('/api/notices')).body
    const about = notices.filter((one: { revisionId: string }) => one.revisionId === revision.id)
    // who did it is not told of it
    if (reader === maker) expect(about.length).toBeGreaterThan(0)
    expect(about.every((one: { revisionBroken: boolean }) => one.revisionBroken)).toBe(true)
  }
  if (listed.state === 'open') {
    const reply = await lamp.sign(maker, revision)
    expect([reply.status, reply.body.error.code]).toEqual([409, 'revision_broken'])
  }
}

async function expectWhole(): Promise<void> {
  const page = (await lamp.maker.get(address())).body
  expect(page.revision).toMatchObject({ integrity: 'ok', flaws: [], state: 'signed' })
  const { notices } = (await lamp.designer.get('/api/notices')).body
  expect(notices.some((one: { revisionBroken: boolean }) => one.revisionBroken)).toBe(false)
}

const one = sql`side = 'design'`
const changes: [name: string, flaw: Flaw, change: SQL][] = [
  ['record', 'record_changed', sql`update revisions set record = replace(record, '2.5 mm', '1.5 mm')`],
  ['record that is no JSON', 'record_foreign', sql`update revisions set record = 'null'`],
  ['record hash', 'record_changed', sql`update revisions set record_sha256 = repeat('ab', 32)`],
  [
    'record together with its hash',
    'statement_foreign',
    sql`update revisions set record = replace(record, '2.5 mm', '1.5 mm'),
      record_sha256 = encode(sha256(convert_to(replace(record, '2.5 mm', '1.5 mm'), 'UTF8')), 'hex')`,
  ],
  [
    'record together with its hash, against the trail',
    'put_forward_missing',
    sql`update revisions set record = replace(record, '2.5 mm', '1.5 mm'),
      record_sha256 = encode(sha256(convert_to(replace(record, '2.5 mm', '1.5 mm'), 'UTF8')), 'hex')`,
  ],
  ['letter', 'record_foreign', sql`update revisions set letter = 'B'`],
  ['description', 'record_foreign', sql`update revisions set description = '1.5 mm'`],
  ['time of putting forward', 'record_foreign', sql`update revisions set created_at = now()`],
  [
    'who put it forward',
    'record_foreign',
    sql`update revisions set created_by = (select user_id from signatures where side = 'manufacture')`,
  ],
  ['state: open again', 'state_false', sql`update revisions set state = 'open'`],
  ['state: withdrawn', 'state_false', sql`update revisions set state = 'withdrawn'`],
  ['signature removed', 'signature_missing', sql`delete from signatures where ${one}`],
  ['both signatures removed', 'signature_missing', sql`delete from signatures`],
  [
    'both removed and the revision opened again',
    'signature_missing',
    sql`with gone as (delete from signatures) update revisions set state = 'open'`,
  ],
  [
    'signer',
    'statement_foreign',
    sql`update signatures set user_id = (select created_by from revisions limit 1)`,
  ],
  [
    'signer twice',
    'signature_doubled',
    sql`update signatures set user_id = (select created_by from revisions limit 1)`,
  ],
  ['name', 'statement_foreign', sql`update signatures set name = 'Wang' where ${one}`],
  ['firm', 'statement_foreign', sql`update signatures set firm = 'Wang' where ${one}`],
  ['meaning', 'statement_foreign', sql`update signatures set meaning = 'responsibility' where ${one}`],
  ['time', 'statement_foreign', sql`update signatures set signed_at = now() where ${one}`],
  [
    'side',
    'statement_foreign',
    sql`update signatures set side = case side when 'design' then 'manufacture' else 'design' end`,
  ],
  ['statement', 'signature_invalid', sql`update signatures set statement = replace(statement, 'Lin', 'Wan')`],
  ['statement that is no JSON', 'statement_foreign', sql`update signatures set statement = '{' where ${one}`],
  [
    'signature bytes',
    'signature_invalid',
    sql`update signatures set signature = decode(repeat('00', 64), 'hex')`,
  ],
  ['signature of another length', 'signature_invalid', sql`update signatures set signature = '\\x00'`],
  ['key removed', 'key_foreign', sql`update signatures set public_key = null where ${one}`],
  ['key that is none', 'key_foreign', sql`update signatures set public_key = 'x' where ${one}`],
  [
    'entry of putting forward',
    'trail_broken',
    sql`update trail_entries set line = replace(line, 'Lin', 'Wan') where line like '{"action":"revision.put%'`,
  ],
  [
    'entry of putting forward, hashed anew',
    'trail_broken',
    sql`update trail_entries set line = replace(line, 'Lin', 'Wan'),
      hash = encode(sha256(convert_to(replace(line, 'Lin', 'Wan'), 'UTF8')), 'hex')
      where line like '{"action":"revision.put%'`,
  ],
  [
    'entry of putting forward removed',
    'put_forward_missing',
    sql`delete from trail_entries where line like '{"action":"revision.put%'`,
  ],
  [
    'all signatures and the whole trail removed, the record changed and opened again',
    'put_forward_missing',
    sql`with entries as (delete from trail_entries), heads as (delete from trail_heads), gone as (delete from signatures)
      update revisions set state = 'open', package_sha256 = null, package_signature = null, package_public_key = null,
      record = replace(record, '2.5 mm', '1.5 mm'),
      record_sha256 = encode(sha256(convert_to(replace(record, '2.5 mm', '1.5 mm'), 'UTF8')), 'hex')`,
  ],
  [
    'the same as of before there was a trail',
    'put_forward_missing',
    sql`with entries as (delete from trail_entries), heads as (delete from trail_heads), gone as (delete from signatures)
      update revisions set state = 'withdrawn', package_sha256 = null, package_signature = null,
      package_public_key = null, put_forward_entry = null`,
  ],
  [
    'what proves the putting forward, removed',
    'put_forward_missing',
    sql`update revisions set put_forward_entry = null, put_forward_signature = null, put_forward_public_key = null`,
  ],
  [
    'entry of a signing removed',
    'signature_unrecorded',
    sql`delete from trail_entries where line like '{"action":"revision.signed%'`,
  ],
  ['whole trail removed', 'trail_broken', sql`delete from trail_entries`],
  [
    'entry of the trail that is about something else',
    'trail_broken',
    sql`update trail_entries set line = replace(line, 'Lamp 1', 'Lamp 9') where seq = 2`,
  ],
  [
    'entry about something else, hashed anew',
    'trail_broken',
    sql`update trail_entries set line = replace(line, 'Lamp 1', 'Lamp 9'),
      hash = encode(sha256(convert_to(replace(line, 'Lamp 1', 'Lamp 9'), 'UTF8')), 'hex') where seq = 2`,
  ],
  ['entry about something else removed', 'trail_broken', sql`delete from trail_entries where seq = 2`],
  [
    'two entries in each other’s place',
    'trail_broken',
    sql`update trail_entries one set line = other.line, hash = other.hash from trail_entries other
      where one.project_id = other.project_id and one.seq in (2, 3) and other.seq = 5 - one.seq`,
  ],
  [
    'what the print on trial found',
    'findings_changed',
    sql`update revisions set findings = '[{"kind": "picture", "place": "", "detail": "x"}]'`,
  ],
  ['package removed from the row', 'package_changed', sql`update revisions set package_sha256 = null`],
  [
    'package and all that proves it removed',
    'package_missing',
    sql`update revisions set package_sha256 = null, package_signature = null, package_public_key = null`,
  ],
  ['package of another file', 'package_changed', sql`update revisions set package_sha256 = repeat('ab', 32)`],
  ['what proves the package', 'package_changed', sql`update revisions set package_signature = '\\x00'`],
  ['what proves the package, removed', 'package_changed', sql`update revisions set package_signature = null`],
  ['key of the package', 'package_changed', sql`update revisions set package_public_key = null`],
]

describe('signatures are checked whenever they are read', () => {
  test('untouched, all of it is whole', expectWhole)

  test.each(changes)('a changed row is told everywhere: %s', async (_name, flaw, change) => {
    await tampered(change, () => expectBroken(flaw))
    await expectWhole()
  })

  test('N3: an account that is called otherwise since changes nobody’s name in what was put forward', async () => {
    const named = async () => {
      const { body } = await lamp.designer.get(`${lamp.path}/revisions`)
      return body.revisions.map(({ createdByName }: { createdByName: string }) => createdByName)
    }
    const before = await named()
    await run(`update users set name = name || ' since'`)
    try {
      expect(await named()).toEqual(before)
      await expectWhole()
    } finally {
      await run(`update users set name = left(name, -6)`)
    }
  })

  test('a signature under another key, with rows that fit each other, is told', async () => {
    const forged = generateKeyPairSync('ed25519')
    const pem = forged.publicKey.export({ type: 'spki', format: 'pem' }) as string
    const forge = async () => {
      const { rows } = await world.database.execute<{ statement: string }>(
        sql`select statement from signatures where ${one}`,
      )
      const publicKeySha256 = keySha256(forged.publicKey)
      const statement = canonicalJson({ ...JSON.parse(rows[0]!.statement), publicKeySha256 })
      const signature = signBytes(null, Buffer.from(statement), forged.privateKey)
      await world.database.execute(
        sql`update signatures set statement = ${statement}, signature = ${signature}, public_key = ${pem} where ${one}`,
      )
    }
    await tampered(forge, async () => {
      await expectBroken('key_foreign')
      await expectBroken('signature_unrecorded')
    })
  })

  test('a record that was swapped for another revision’s, and a state set by hand', async () => {
    const next = await lamp.put('next')
    await keep()
    await tampered(
      sql`update revisions set record = (select record from revisions where id = ${signed.id}),
        record_sha256 = ${signed.recordSha256} where id = ${next.id}`,
      () => expectBroken('record_foreign', next),
    )
    await tampered(sql`update revisions set state = 'signed' where id = ${next.id}`, () =>
      expectBroken('signature_missing', next),
    )
    await tampered(sql`update revisions set state = 'withdrawn' where id = ${next.id}`, () =>
      expectBroken('state_false', next),
    )
    await tampered(
      sql`insert into signatures select 'copied', ${next.id}, user_id, side, name, firm, meaning, statement, signature,
        signed_at, public_key from signatures where revision_id = ${signed.id} and ${one}`,
      () => expectBroken('statement_foreign', next),
    )
    // the way out: withdrawn, it makes way for the next
    const changed = sql`update revisions set description = 'x' where id = ${next.id}`
    await tampered(changed, async () => {
      await expectBroken('record_foreign', next)
      expect((await lamp.designer.post(`${address(next)}/withdraw`)).body.revision).toMatchObject({
        state: 'withdrawn',
        integrity: 'broken',
      })
    })
    expect((await lamp.designer.post(`${address(next)}/withdraw`)).body.revision).toMatchObject({
      state: 'withdrawn',
      integrity: 'ok',
    })
  })

  test('a revision that was removed is told where it was told of', async () => {
    await tampered(sql`with gone as (delete from signatures) delete from revisions`, async () => {
      const { notices } = (await lamp.maker.get('/api/notices')).body
      const about = notices.filter((told: { revisionId: string | null }) => told.revisionId === signed.id)
      expect(about.length).toBeGreaterThan(0)
      expect(about.every((told: { revisionBroken: boolean }) => told.revisionBroken)).toBe(true)
    })
    await expectWhole()
  })

  test('a list of many revisions costs as many statements as one, and no record is read for it', async () => {
    // its statements would be counted too, and what is sealed takes no other package
    await world.sealing.stop()
    const { designer, maker, path, put, sign } = await lampProject(world)
    const made: RevisionSummary[] = []
    for (let count = 0; count < 4; count++) {
      const revision = await put(`${count}`)
      await sign(designer, revision)
      await sign(maker, revision)
      made.push(revision)
    }
    const single = await lampProject(world)
    const only = await single.put('only')
    await single.sign(single.designer, only)
    await single.sign(single.maker, only)
    const few = await readingCost(single.designer, `${single.path}/revisions`)
    const many = await readingCost(designer, `${path}/revisions`)
    expect([few.length, many.length]).toEqual([1, 4])
    // one look at the database for all of them, which leaves the records there
    expect(many.statements).toBe(few.statements)
    const [{ size }] = (await run(`select min(length(record)) as size from revisions`)).rows as [
      { size: number },
    ]
    expect(many.longest).toBeLessThan(4 * size)

    // packages that change places, with all that proves them
    for (const [at, revision] of made.entries()) {
      const noted = signedPackage(world.key, revision, await keptIn(world.files, `package ${at}`))
      const values = { state: 'signed', ...noted } as const
      await world.database.update(revisions).set(values).where(eq(revisions.id, revision.id))
    }
    await keep()
    const [first, second] = made.map(({ id }) => id)
    const swap = sql`update revisions a set package_sha256 = b.package_sha256,
      package_signature = b.package_signature, package_public_key = b.package_public_key
      from revisions b where a.id in (${first}, ${second}) and b.id in (${first}, ${second}) and a.id <> b.id`
    await tampered(swap, async () => {
      const listed = (await designer.get(`${path}/revisions`)).body.revisions as RevisionSummary[]
      const found = listed.filter(({ flaws }) => flaws.includes('package_changed'))
      expect(found.map(({ id }) => id).toSorted()).toEqual([first, second].toSorted())
    })
    const whole = (await designer.get(`${path}/revisions`)).body.revisions as RevisionSummary[]
    expect(whole.map(({ integrity }) => integrity)).toEqual(['ok', 'ok', 'ok', 'ok'])
  })
})

test('the hash of a record does not depend on who computes it', async () => {
  const { rows } = await world.database.execute<{ record: string; hash: string }>(
    sql`select record, encode(sha256(convert_to(record, 'UTF8')), 'hex') as hash from revisions`,
  )
  expect(rows).not.toEqual([])
  for (const { record, hash } of rows) expect(sha256Hex(record)).toBe(hash)
})
