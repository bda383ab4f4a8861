import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { migrateDatabase } from '../../server/db/migrate.ts'
import { asOwner, createTestDatabase } from '../helpers/db/database.ts'
import { ownPage, personWith, type Person } from '../helpers/people.ts'
import { startServer } from '../helpers/server.ts'
import { restorePopulated } from '../helpers/db/populated-database.ts'

test('migrating a migrated database changes nothing', async () => {
  const own = await createTestDatabase()
  const tables = () => own.database.execute(sql`select table_name from information_schema.tables order by 1`)
  const before = await tables()
  await migrateDatabase(asOwner(own.database))
  expect((await tables()).rows).toEqual(before.rows)
  expect(before.rows).toContainEqual({ table_name: 'document_updates' })
  await own.drop()
})

interface Threads {
  threads: { anchor: { type: string }; comments: { author: { name: string } }[] }[]
}

/** Everything that a member sees of the populated project, by the routes that the pages ask. */
async function look(person: Person, projectId: string, documentId: string) {
  const path = `/api/projects/${projectId}`
  const { documents } = await person.get<{ documents: { id: string; title: string }[] }>(path)
  const { threads } = await person.get<Threads>(`${path}/threads`)
  const { revisions } = await person.get<{
    revisions: { id: string; letter: string; state: string; signatures: unknown[] }[]
  }>(`${path}/revisions`)
  const { versions } = await person.get<{ versions: unknown[] }>(`/api/documents/${documentId}/versions`)
  return { documents, threads, revisions, versions }
}

test('a populated database of version 0.1.0 is migrated, and all of it is still there', async () => {
  const populated = await restorePopulated()
  const { projectId, documentId, revisions, people } = populated
  const renamed: Record<string, string> = {
    guest_documents: 'guest_resources',
    document_texts: 'resource_texts',
  }
  let isMigrated = false
  const counts = async () => {
    const found: Record<string, number> = {}
    for (const table of Object.keys(populated.tables)) {
      const { rows } = await asOwner(populated.own.database).execute<{ size: string }>(
        sql`select count(*) as size from ${sql.identifier(isMigrated ? (renamed[table] ?? table) : table)}`,
      )
      found[table] = Number(rows[0]!.size)
    }
    return found
  }
  const rowsOf = async (columns: string) =>
    (await asOwner(populated.own.database).execute(sql.raw(`select ${columns} order by 1`))).rows
  const kept = async () => ({
    versions: await rowsOf('id, document_id, number, name, created_by from versions'),
    signatures: await rowsOf('id, revision_id, user_id, side, statement, signature from signatures'),
  })
  const [before, keptBefore] = [await counts(), await kept()]
  expect(keptBefore.signatures.length).toBeGreaterThan(3)
  expect(keptBefore.versions.length).toBeGreaterThan(0)
  expect(before.threads).toBe(populated.tables.threads!.length)
  await asOwner(populated.own.database).execute(sql`insert into jobs (id, task, run_at) select 'to-webhook',
    jsonb_build_object('type', 'webhook', 'webhookId', id), now() + interval '1 day' from webhooks limit 1`)
  await migrateDatabase(asOwner(populated.own.database))
  isMigrated = true
  expect(await kept(), 'signatures and the numbers of versions are as they were').toEqual(keptBefore)
  const { rows: forWhom } = await asOwner(populated.own.database).execute<{ same: boolean }>(
    sql`select owners = array['project:' || project_id, 'user:' || created_by] as same
      from jobs join webhooks on webhooks.id = task->>'webhookId' where jobs.id = 'to-webhook'`,
  )
  expect(forWhom).toEqual([{ same: true }])
  for (const [table, size] of Object.entries(await counts())) {
    expect(size, table).toBeGreaterThanOrEqual(before[table]!)
  }
  const { rows: naming } = await asOwner(populated.own.database).execute<{
    content: string
    files: string[]
  }>(sql`select content::text, files from versions union all select content::text, files from comments`)
  expect(naming.some(({ files }) => files.length > 0)).toBe(true)
  for (const { content, files } of naming) {
    const named = [...(content ?? '').matchAll(/"sha256": "([^"]+)"/g)].map(([, sha256]) => sha256)
    expect(files.toSorted()).toEqual([...new Set(named)].toSorted())
  }
  const { rows: due } = await asOwner(populated.own.database).execute(
    sql`select id from versions where tail is not null or is_content_due`,
  )
  expect(due, 'every version of before has its whole text').toEqual([])
  const { rows: chains } = await asOwner(populated.own.database).execute<{ bytes: string; held: string }>(
    sql`select bytes, (select sum(octet_length(line)) from trail_entries t where t.project_id = h.project_id) as held
      from trail_heads h`,
  )
  expect(chains.length).toBeGreaterThan(0)
  for (const { bytes, held } of chains) expect(bytes).toBe(held)

  const server = await startServer({ existing: populated, isAllowedAddress: () => false })
  const signIn = async (email: string): Promise<Person> => {
    const reply = await fetch(`${server.url}/api/sessions`, {
      method: 'POST',
      headers: { ...ownPage(server.url), 'Content-Type': 'application/json' },
      body: JSON.stringify({ email, password: people.password }),
    })
    expect(reply.status).toBeLessThan(300)
    const cookie = reply.headers.getSetCookie()[0]!.split(';', 1)[0]!
    return personWith(server.url, cookie, { id: '', email, name: '' })
  }
  const owner = await signIn(people.owner)
  const seen = await look(owner, projectId, documentId)
  expect(seen.documents).toHaveLength(2)
  expect(seen.threads.length).toBeGreaterThan(5)
  expect(seen.versions.length).toBeGreaterThan(0)
  expect(seen.revisions.map(({ id, letter, state, signatures }) => [id, letter, state, signatures.length]))
    .toEqual([
      [revisions.c, 'C', 'open', 1],
      [revisions.b, 'B', 'withdrawn', 1],
      [revisions.a, 'A', 'signed', 2],
    ]) // oxfmt-ignore
  expect(await owner.get(`/api/projects/${projectId}/trail/check`)).toMatchObject({ brokenAt: null })
  const folded = async () => {
    const { rows } = await asOwner(populated.own.database).execute<{ range: boolean | null }>(
      sql`select first_at <= last_at and last_at < now() as range from document_history
        where document_id = ${documentId}`,
    )
    return rows.map(({ range }) => range)
  }
  expect(await folded(), 'compressed: its times are not known to SQL').toEqual([null])
  await owner.get(`/api/documents/${documentId}/changes?since=2020-01-01T00:00:00Z`)
  expect(await folded(), 'but noted when it is first unpacked').toEqual([true])
  const pdf = await owner.ask<string>(
    'GET',
    `/api/projects/${projectId}/revisions/${revisions.a}/revision.pdf?locale=en`,
  )
  expect(pdf.status).toBe(200)

  // who signed before signs now, and a guest's session is still one
  const maker = await signIn(people.maker)
  const signed = await maker.ask('POST', `/api/projects/${projectId}/revisions/${revisions.c}/signatures`, {
    password: people.password,
  })
  expect(signed.status).toBe(201)
  const guest = personWith(server.url, people.guestCookie, { id: '', email: '', name: '' })
  expect((await guest.ask('GET', `/api/documents/${documentId}`)).status).toBe(200)
  expect((await guest.ask('GET', `/api/projects/${projectId}/threads`)).status).toBeLessThan(500)
  await server.close()
})
