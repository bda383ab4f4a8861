import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Notice, UnreadCounts } from '../../shared/notify.ts'
import type { Thread } from '../../shared/review.ts'
import { visits } from '../../server/notify/tables.ts'
import type { RunningServer } from '../../server/open-server.ts'
import { createDocument, createPerson, join, openRoom, type Person } from '../helpers/people.ts'
import { startServer } from '../helpers/server.ts'
import { until } from '../helpers/until.ts'
import { newClientId } from '../helpers/access/points-of.ts'

let server: RunningServer
let owner: Person, worker: Person, colleague: Person
let projectId: string, documentId: string

beforeAll(async () => {
  server = await startServer()
  owner = await createPerson(server.url, 'Lin Yue')
  worker = await createPerson(server.url, '王师傅')
  colleague = await createPerson(server.url, '陈工')
})
afterAll(() => server.close())

const path = () => `/api/projects/${projectId}/threads`
const newProject = async () => {
  ;({ projectId, documentId } = await createDocument(owner))
  await join(owner, worker, projectId, 'manufacture', 'reviewer')
  await join(owner, colleague, projectId, 'manufacture', 'reviewer')
}
const raise = async (person: Person, more: object = {}) => {
  const given = {
    id: newClientId(),
    commentId: newClientId(),
    anchor: { type: 'project' },
    body: '浇口要改。',
  }
  return (await person.post<{ thread: Thread }>(path(), { ...given, ...more })).thread
}
const reply = (person: Person, threadId: string, more: object = { body: '好。' }) =>
  person.post(`${path()}/${threadId}/comments`, { id: newClientId(), ...more })
const naming = (person: Person) => ({
  content: {
    type: 'doc',
    content: [{ type: 'paragraph', content: [{ type: 'mention', attrs: { userId: person.user.id } }] }],
  },
})
const listed = async (person: Person) =>
  (await person.get<{ notices: Notice[]; next: string | null }>('/api/notices')).notices.filter(
    (notice) => notice.projectId === projectId,
  )
const kinds = async (person: Person) => (await listed(person)).map(({ kind }) => kind)
const unread = (person: Person) => person.get<UnreadCounts>('/api/notices/unread')

describe('who is told', () => {
  test('a new point is told to all members but to who raised it, with what is needed to find it', async () => {
    await newProject()
    const thread = await raise(worker)
    expect(await kinds(worker)).toEqual([])
    expect(await kinds(colleague)).toEqual(['raised'])
    expect((await listed(owner))[0]).toMatchObject({
      kind: 'raised',
      actor: { name: '王师傅', side: 'manufacture' },
      projectName: 'Dazu lamp',
      threadId: thread.id,
      number: 1,
      excerpt: '浇口要改。',
      readAt: null,
    })
  })

  test('a reply is told to those who take part, and who is named hears that and nothing else', async () => {
    await newProject()
    const thread = await raise(owner)
    await reply(worker, thread.id, naming(colleague))
    expect(await kinds(owner)).toEqual(['reply'])
    expect(await kinds(colleague)).toEqual(['mention', 'raised'])
    await reply(colleague, thread.id)
    expect(await kinds(worker)).toEqual(['reply', 'raised'])
  })

  test('an assignee, and then those who take part hear of each change of state', async () => {
    await newProject()
    const thread = await raise(worker)
    const change = (person: Person, fields: object) => person.ask('PATCH', `${path()}/${thread.id}`, fields)
    await change(owner, { assigneeId: colleague.user.id })
    expect(await kinds(colleague)).toEqual(['assigned', 'raised'])
    await change(owner, { state: 'declined', reason: '模具已开' })
    await change(owner, { state: 'declined', reason: 'again' })
    expect(await kinds(worker)).toEqual(['declined'])
    expect((await listed(worker))[0]!.excerpt).toBe('模具已开')
    await change(owner, { state: 'open' })
    expect(await kinds(colleague)).toEqual(['reopened', 'declined', 'assigned', 'raised'])
  })

  test('a refused change tells nobody, and the same comment sent twice tells once', async () => {
    await newProject()
    const thread = await raise(owner)
    const refused = await worker.ask('PATCH', `${path()}/${thread.id}`, { state: 'declined', reason: 'no' })
    expect(refused.status).toBe(403)
    const same = { id: newClientId(), body: 'once' }
    await reply(worker, thread.id, same)
    await reply(worker, thread.id, same)
    expect(await kinds(owner)).toEqual(['reply'])
  })

  test('a draft tells nobody; its review is told once, and a must point and a name in it besides', async () => {
    await newProject()
    for (const more of [{}, { severity: 'must' }, naming(colleague), {}]) {
      await raise(worker, { draft: true, ...('content' in more && { body: undefined }), ...more })
    }
    expect(await kinds(owner)).toEqual([])
    await worker.post(`/api/projects/${projectId}/reviews`, {
      id: newClientId(),
      decision: 'changes',
      summary: '请先改壁厚',
    })
    expect((await kinds(owner)).toSorted()).toEqual(['raised', 'review'])
    expect((await kinds(colleague)).toSorted()).toEqual(['mention', 'raised', 'review'])
    expect((await listed(owner)).find(({ kind }) => kind === 'review')!.excerpt).toBe('请先改壁厚')
  })

  test('a revision that is put forward and taken back', async () => {
    await newProject()
    const { provider } = openRoom(owner, documentId)
    await until('the room', () => provider.synced)
    provider.destroy()
    const { revision } = await owner.post<{ revision: { id: string } }>(
      `/api/projects/${projectId}/revisions`,
      { description: '首版' },
    )
    await owner.post(`/api/projects/${projectId}/revisions/${revision.id}/withdraw`, {})
    expect(await kinds(worker)).toEqual(['withdrawn', 'revision'])
    expect((await listed(worker))[1]).toMatchObject({ letter: 'A', revisionId: revision.id, excerpt: '首版' })
  })
})

describe('words that were taken back', () => {
  test('what was edited is quoted as it is now, and what was withdrawn is not', async () => {
    await newProject()
    const thread = await raise(worker, { body: '报价 120 万' })
    const said = newClientId()
    await reply(worker, thread.id, { id: said, body: '模厂底价' })
    await owner.ask('PATCH', `${path()}/${thread.id}`, { assigneeId: colleague.user.id })
    const quoted = async () => (await listed(colleague)).map(({ kind, excerpt }) => [kind, excerpt])
    expect(await quoted()).toEqual([
      ['assigned', '报价 120 万'],
      ['raised', '报价 120 万'],
    ])
    const comments = `${path()}/${thread.id}/comments`
    await worker.ask('PATCH', `${comments}/${thread.comments[0]!.id}`, { body: '报价另议' })
    expect(await quoted()).toEqual([
      ['assigned', '报价另议'],
      ['raised', '报价另议'],
    ])
    await reply(colleague, thread.id, { body: '收到' })
    await worker.ask('DELETE', `${comments}/${thread.comments[0]!.id}`)
    expect(await quoted()).toEqual([
      ['assigned', ''],
      ['raised', ''],
    ])
    // nobody else's words go with them
    expect((await listed(worker)).map(({ excerpt }) => excerpt)).toEqual(['收到'])
  })

  test('the reason of a closed point stays, whatever becomes of its comments', async () => {
    await newProject()
    const thread = await raise(worker)
    await owner.ask('PATCH', `${path()}/${thread.id}`, { state: 'declined', reason: '模具已开' })
    await owner.ask('PATCH', `${path()}/${thread.id}`, { state: 'open' })
    await worker.ask('DELETE', `${path()}/${thread.id}/comments/${thread.comments[0]!.id}`)
    expect((await listed(worker)).map(({ kind, excerpt }) => [kind, excerpt])).toEqual([
      ['reopened', ''],
      ['declined', '模具已开'],
    ])
  })
})

describe('what is read', () => {
  test('one, those of a thread, all: own ones, and nobody else’s', async () => {
    await newProject()
    const onDocument = { anchor: { type: 'project' } }
    const [one, two] = [await raise(worker, onDocument), await raise(worker, onDocument)]
    await raise(worker, onDocument)
    const before = (await unread(owner)).total
    const first = (await listed(owner)).find(({ threadId }) => threadId === one.id)!
    await colleague.post('/api/notices/read', { noticeId: first.id })
    expect((await unread(owner)).total).toBe(before)
    await owner.post('/api/notices/read', { noticeId: first.id })
    await owner.post('/api/notices/read', { threadId: two.id })
    expect((await unread(owner)).total).toBe(before - 2)
    await owner.post('/api/notices/read', {})
    expect(await unread(owner)).toEqual({ total: 0, resources: [] })
    expect((await unread(colleague)).total).toBeGreaterThan(0)
  })

  test('a page after the other brings every notice once', async () => {
    await newProject()
    const thread = await raise(owner)
    for (let count = 0; count < 34; count++) await reply(worker, thread.id, { body: `${count}` })
    const seen: string[] = []
    let before = ''
    for (let pages = 0; pages < 20; pages++) {
      const page = await owner.get<{ notices: Notice[]; next: string | null }>(`/api/notices${before}`)
      seen.push(...page.notices.map(({ id }) => id))
      if (!page.next) break
      before = `?before=${encodeURIComponent(page.next)}`
    }
    expect(new Set(seen).size).toBe(seen.length)
    expect(seen.length).toBeGreaterThan(34)
  })

  test('who is no member any more reads nothing of the project', async () => {
    await newProject()
    await raise(owner)
    expect(await kinds(colleague)).toEqual(['raised'])
    await owner.ask('DELETE', `/api/projects/${projectId}/members/${colleague.user.id}`)
    expect(await kinds(colleague)).toEqual([])
  })

  test('a place that nobody gave and a body that is none are refused or empty, never a failure', async () => {
    expect((await owner.ask('GET', '/api/notices?before=nonsense')).status).toBe(200)
    expect((await owner.ask('GET', '/api/notices?before=2026-01-01~')).status).toBe(200)
    expect((await owner.ask('POST', '/api/notices/read', { noticeId: 7 })).status).toBe(400)
  })
})

describe('new since the last visit', () => {
  test('the first visit has no since; one within half an hour is the same visit; a later one begins anew', async () => {
    await newProject()
    const come = async () =>
      (await worker.post<{ since: string | null }>(`/api/resources/${documentId}/visit`, {})).since
    expect(await come()).toBeNull()
    expect(await come()).toBeNull()
    const earlier = new Date(Date.now() - 3_600_000)
    await server.database.update(visits).set({ lastAt: earlier }).where(eq(visits.resourceId, documentId))
    expect(await come()).toBe(earlier.toISOString())
    expect(await come()).toBe(earlier.toISOString())
  })

  test('nobody visits what is not theirs', async () => {
    const stranger = await createPerson(server.url)
    expect((await stranger.ask('POST', `/api/resources/${documentId}/visit`, {})).status).toBe(404)
  })
})
