import { connect, type Socket } from 'node:net'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import * as Y from 'yjs'
import { newId } from '../../server/db/columns.ts'
import { documentUpdates } from '../../server/history/tables.ts'
import { unchecked } from '../../server/http/access-recheck.ts'
import { notices } from '../../server/notify/tables.ts'
import { appendTrail } from '../../server/trail/append.ts'
import { textField } from '../../shared/document/text-field.ts'
import type { VersionSummary } from '../../shared/history.ts'
import type { Limits } from '../../shared/limits.ts'
import { createDocument, createPerson, join, openRoom, type Person } from '../helpers/people.ts'
import { startServer } from '../helpers/server.ts'
import { until } from '../helpers/until.ts'

/** What may be megabytes is charged before it is read, and comes in pieces. */

const words = 'x'.repeat(4_000)

/** A project with a point of many comments. */
async function openThread(limits: Partial<Limits>) {
  const server = await startServer({ limits })
  const li = await createPerson(server.url)
  const { projectId, documentId } = await createDocument(li, {
    kind: 'spec',
    title: 'Lamp',
    template: 'spec',
  })
  const project = `/api/projects/${projectId}`
  const thread = {
    id: newId(),
    commentId: newId(),
    anchor: { type: 'project' },
    severity: 'note',
    body: words,
  }
  await li.post(`${project}/threads`, thread)
  await server.database.execute(sql`
    insert into comments (id, thread_id, position, author_id, author_name, author_side, body)
    select 'said-' || n, thread_id, n, author_id, author_name, author_side, ${words}
    from comments, generate_series(1, 150) n where thread_id = ${thread.id}`)
  return { server, li, projectId, documentId, project, point: thread }
}

/** The same, and one of the comments was edited many times; with a version and a revision. */
async function openProject(limits: Partial<Limits>) {
  const opened = await openThread(limits)
  const { server, li, project, projectId, documentId, point } = opened
  await server.database.execute(sql`
    insert into comment_edits (id, comment_id, body, at)
    select 'edit-' || lpad(n::text, 4, '0'), ${point.commentId}, ${words} || n, now() + n * interval '1 second'
    from generate_series(1, 150) n`)
  const versions = `/api/documents/${documentId}/versions`
  const { version } = await li.post<{ version: VersionSummary }>(versions, { name: 'one' })
  await server.database.execute(sql`
    update versions set content = jsonb_build_object('type', 'doc', 'words', repeat('x', 600000))`)
  const { revision } = await li.post<{ revision: { id: string } }>(`${project}/revisions`, {})
  const entry = {
    actor: { userId: li.user.id, name: 'Li', side: 'design' },
    action: 'member.joined',
    details: { words },
  } as const
  await unchecked(server.database).transaction((tx) =>
    appendTrail(
      tx,
      projectId,
      Array.from({ length: 150 }, () => entry),
    ),
  )
  const exported = `${project}/revisions/${revision.id}/revision`
  const paths = {
    points: `${project}/threads`,
    edits: `${project}/threads/${point.id}/comments/${point.commentId}/edits`,
    version: `${versions}/${version.id}`,
    revision: `${project}/revisions/${revision.id}`,
    trail: `${project}/trail?limit=200`,
    check: `${project}/trail/check`,
    lines: `${project}/trail.jsonl`,
    markdown: `${exported}.md`,
    print: `${exported}.pdf`,
    sheet: `${project}/threads.csv`,
    obstacles: `${project}/obstacles`,
  }
  return { ...opened, paths }
}

let opened: Awaited<ReturnType<typeof openProject>>
beforeAll(async () => {
  // one of these replies is twice what a person may have read at once
  const decodedBytes = 300_000
  opened = await openProject({ decodedBytes, decodedBytesPerSecond: 500, spareDecodedBytes: 1 })
}, 60_000)
afterAll(() => opened.server.close())

async function member(role: 'owner' | 'reviewer' = 'reviewer'): Promise<Person> {
  const one = await createPerson(opened.server.url)
  await join(opened.li, one, opened.projectId, 'manufacture', role)
  return one
}

/** Who is answered, in their order, when somebody asks twice at once and another person behind the first answer. */
async function answeredOf(path: string, hasty: Person, other: Person): Promise<string[]> {
  const answered: string[] = []
  const ask = (who: string, person: Person) =>
    person.get(path).then(
      () => answered.push(who),
      () => answered.push(`${who} failed`),
    )
  void ask('hasty', hasty)
  void ask('hasty', hasty)
  await until('the first of two', () => answered.length === 1)
  await ask('other', other)
  return answered
}

test('what comes in pieces is whole', async () => {
  const read = async <T>(path: string) => (await member()).get<T>(path)
  const { threads } = await read<{ threads: { comments: { body: string }[] }[] }>(opened.paths.points)
  expect(threads.map(({ comments }) => comments.length)).toEqual([151])
  const { edits } = await read<{ edits: { body: string }[] }>(opened.paths.edits)
  expect(edits.map(({ body }) => body)).toEqual(Array.from({ length: 150 }, (_, at) => `${words}${at + 1}`))
  const { version } = await read<{ version: object }>(opened.paths.version)
  expect(version).toMatchObject({ name: 'one', content: { type: 'doc', words: 'x'.repeat(600_000) } })
  const frozen = await read<Record<string, unknown[]>>(opened.paths.revision)
  expect([frozen.threads!.length, frozen.documents!.length, frozen.changedQuotes]).toEqual([1, 1, []])
})

test.each([
  'points',
  'edits',
  'version',
  'revision',
  'trail',
  'check',
  'lines',
  'markdown',
  'sheet',
  'obstacles',
] as const)(
  'of %s that are asked for side by side the first is read, and others’ before the second',
  async (name) => {
    // whoever may put forward asks what stands in the way
    const role = name === 'obstacles' ? 'owner' : 'reviewer'
    const [hasty, other] = [await member(role), await member(role)]
    const path = opened.paths[name]
    expect(await answeredOf(path, hasty, other)).toEqual(['hasty', 'other'])
  },
)

test('a large record is read, shown, printed and written out without being taken apart on the thread that serves', async () => {
  const members = [await member(), await member(), await member()]
  const parse = vi.spyOn(JSON, 'parse')
  const stringify = vi.spyOn(JSON, 'stringify')
  const { revision, markdown, print } = opened.paths
  const longest = async ({ url, cookie }: Person, path: string) => {
    parse.mockClear()
    stringify.mockClear()
    const reply = await fetch(url + path, { headers: { Cookie: cookie } })
    await reply.arrayBuffer()
    expect(reply.status).toBe(200)
    const read = parse.mock.calls.map(([text]) => text.length)
    const written = stringify.mock.results.map(({ value }) => String(value).length)
    return Math.max(0, ...read, ...written)
  }
  try {
    for (const [at, path] of [revision, markdown, print].entries()) {
      expect(await longest(members[at]!, path)).toBeLessThan(65_536)
    }
  } finally {
    parse.mockRestore()
    stringify.mockRestore()
  }
})

test('V2: who has revisions held against their proofs is charged for the hashing: of a list, of one, and of notices', async () => {
  const { server, li, project, projectId, paths } = opened
  const reader = await member()
  const revisionId = paths.revision.split('/').at(-1)!
  const actor = { actorId: li.user.id, actorName: 'Li', actorSide: 'design' } as const
  const about = { projectId, revisionId, letter: 'A', kind: 'revision', excerpt: '' } as const
  await server.database.insert(notices).values({ ...actor, ...about, userId: reader.user.id })
  const { rows } = await server.database.execute<{ record: number; trail: string }>(sql`
    select octet_length(record) as record, (select bytes from trail_heads where project_id = ${projectId}) as trail
    from revisions where id = ${revisionId}`)
  const record = rows[0]!.record
  const proof = (record + Number(rows[0]!.trail)) / 32
  const charged = vi.spyOn(server.rooms.reading, 'begin').mockImplementation(async () => () => {})
  for (const path of [`${project}/revisions`, paths.revision, '/api/notices']) {
    await reader.get(path)
  }
  const asked = charged.mock.calls.map(([userId, bytes]) => [userId, bytes])
  charged.mockRestore()
  expect(asked).toEqual([proof, record + proof, proof].map((cost) => [reader.user.id, cost]))
})

/** Asks for something and takes no more than its beginning; `closed` resolves when the server has broken it off. */
async function stall({ url, cookie }: Person, path: string) {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname, () =>
    socket.write(`GET ${path} HTTP/1.1\r\nHost: ${hostname}\r\nCookie: ${cookie}\r\n\r\n`),
  )
  socket.on('error', () => {})
  const closed = new Promise((resolve) => socket.once('close', resolve))
  const beginning = await new Promise<string>((resolve) =>
    socket.once('data', (came) => resolve(String(came))),
  )
  socket.pause()
  expect(beginning).toContain('HTTP/1.1 200')
  return { socket, closed }
}

test('who takes nothing of a large reply is broken off; what is on its way to one network is bounded', async () => {
  const limits = { slowReplyMs: 1_500, replyBytesPerNetwork: 20_000_000, decodedBytes: 1e9 }
  const { server, li, project } = await openThread(limits)
  await server.database.execute(sql`update comments set body = repeat('x', 100000)`)
  const path = `${project}/threads`
  const { socket, closed } = await stall(li, path)
  const corrected: number[] = []
  const begin = vi.spyOn(server.rooms.reading, 'begin')
  begin.mockImplementationOnce(async () => (cameTo) => void corrected.push(cameTo))
  expect(await li.ask('GET', path)).toMatchObject({
    status: 429,
    body: { error: { code: 'too_many_requests' } },
  })
  // V7: what is refused is not charged
  expect(corrected).toEqual([0])
  begin.mockRestore()
  await until('room for another', async () => (await li.ask('GET', path)).status === 200)
  // it hears of the end only when it takes what came before
  socket.resume()
  await closed
  await server.close()
}, 60_000)

test('§3 a long proposal is read once, however many comments it has', async () => {
  const { server, li, project, point } = await openThread({})
  const replacement = [{ type: 'text', text: 'x'.repeat(60_000) }]
  await server.database.execute(
    sql`update threads set kind = 'proposal', replacement = ${JSON.stringify(replacement)}::jsonb`,
  )
  const came = () => {
    const { _clients: clients } = server.database.$client as unknown as {
      _clients: { connection: { stream: Socket } }[]
    }
    return clients.reduce((sum, { connection }) => sum + connection.stream.bytesRead, 0)
  }
  const before = came()
  const { threads } = await li.get<{ threads: object[] }>(`${project}/threads?ids=${point.id}`)
  const bytes = came() - before
  expect(threads).toMatchObject([
    { id: point.id, anchor: { type: 'project' }, replacement, comments: { length: 151 } },
  ])
  // the comments are 600,000 bytes
  expect(bytes).toBeLessThan(2 * 660_000)
  await server.close()
})

/** Logs a text of about so many bytes, and has it open as a room. */
async function openText(limits: Partial<Limits>, length: number) {
  const server = await startServer({ limits })
  const li = await createPerson(server.url)
  const { projectId, documentId } = await createDocument(li)
  const written = new Y.Doc()
  const paragraph = new Y.XmlElement('paragraph')
  written.getXmlFragment(textField).insert(0, [paragraph])
  paragraph.insert(0, [new Y.XmlText('x'.repeat(length))])
  await server.database
    .insert(documentUpdates)
    .values({ documentId, seq: 2, userId: li.user.id, update: Y.encodeStateAsUpdate(written) })
  const { provider, doc } = openRoom(li, documentId, { namesSchema: false })
  await until('the text to be open', () => Y.encodeStateAsUpdate(doc).length > length)
  const close = async () => {
    provider.destroy()
    await server.close()
  }
  return { server, li, projectId, path: `/api/documents/${documentId}/text`, close }
}

test('R24: who takes nothing of an open text is broken off; texts on their way to one network are bounded', async () => {
  const { li, path, close } = await openText(
    { slowReplyMs: 1_500, replyBytesPerNetwork: 20_000_000, decodedBytes: 1e9 },
    15_000_000,
  )
  const { socket, closed } = await stall(li, path)
  expect(await li.ask('GET', path)).toMatchObject({
    status: 429,
    body: { error: { code: 'too_many_requests' } },
  })
  await until('room for another', async () => (await li.ask('GET', path)).status === 200)
  socket.resume()
  await closed
  await close()
}, 60_000)

test('R24: of an open text that is asked for side by side the first is read, and others’ before the second', async () => {
  const used = { decodedBytes: 300_000, decodedBytesPerSecond: 500, spareDecodedBytes: 1 }
  const { server, li, projectId, path, close } = await openText(used, 600_000)
  const [hasty, other] = [await createPerson(server.url), await createPerson(server.url)]
  for (const one of [hasty, other]) {
    await join(li, one, projectId, 'manufacture', 'viewer')
  }
  expect(await answeredOf(path, hasty, other)).toEqual(['hasty', 'other'])
  await close()
}, 60_000)
