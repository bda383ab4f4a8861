import { afterAll, beforeAll, expect, test } from 'vitest'
import * as Y from 'yjs'
import { newId } from '../../../server/db/columns.ts'
import { documentUpdates } from '../../../server/history/tables.ts'
import type { RunningServer } from '../../../server/open-server.ts'
import type { Thread } from '../../../shared/review.ts'
import { textField } from '../../../shared/document/text-field.ts'
import { findViolations } from '../../../shared/document/violations.ts'
import { sendHostileUpdates, writeUpdate } from '../../helpers/rooms/hostile-editor.ts'
import { hostileRequest, writingRoutes, type Description } from '../../helpers/http/hostile-requests.ts'
import { honestText } from '../../helpers/rooms/hostile-updates.ts'
import { createPerson, join, openRoom, password, type Person } from '../../helpers/people.ts'
import { seededRandom, type SeededRandom } from '../../helpers/seeded-random.ts'
import { startServer } from '../../helpers/server.ts'
import { until } from '../../helpers/until.ts'

/**
 * Whatever one member may send, every other member opens, edits, searches, versions, restores, prints, exports and
 * signs every document, and only the sender hears of it.
 */

/** A life takes two seconds of a processor, most of them for prints. */
const lives = Number(process.env.FUZZ_LIVES ?? 50)
const seed = Number(process.env.FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 32))

let server: RunningServer
let owner: Person
let maker: Person
let sender: Person
beforeAll(async () => {
  // one sender comes in hundreds of times: what they have used up is theirs to wait for, and not looked at here
  const rates = { updatesPerSecond: 100_000, upgradesPerMinute: 100_000, answersPerMinute: 100_000 }
  const reading = { decodedBytes: 1e12, decodedBytesPerSecond: 1e12 }
  const acts = { trailBytesPerHour: 1e12, commentBytesPerHour: 1e12, threadsPerHour: 100_000 }
  server = await startServer({ limits: { ...rates, ...reading, ...acts } })
  owner = await createPerson(server.url, 'Lin Yue')
  maker = await createPerson(server.url, 'Wu Fang')
  sender = await createPerson(server.url, 'Mallory')
  description = await owner.get<Description>('/api/openapi.json')
  routes = writingRoutes(description, (route) => leftOut.has(route))
  expect(routes.length).toBeGreaterThan(30)
})
afterAll(() => server.close())

let description: Description
let routes: ReturnType<typeof writingRoutes>
/** How often each was answered: most are refused, and some must be taken. */
const statuses = new Map<number, number>()

/** Requests of a hostile editor in each life. */
const requestsALife = 12

/** Left out: what asks for a password, as guessing slows an address, which all share here; and what ends the sender's part. */
const leftOut = new Set([
  'POST /api/accounts',
  'PUT /api/accounts/me/email',
  'PUT /api/accounts/me/password',
  'POST /api/email-confirmations',
  'POST /api/sessions',
  'POST /api/tokens',
  'DELETE /api/sessions',
  'DELETE /api/sessions/current',
  'DELETE /api/sessions/{sessionId}',
  'POST /api/projects/{projectId}/revisions/{revisionId}/signatures',
  'POST /api/guests/enter',
  'POST /api/guests/claim',
  'DELETE /api/projects/{projectId}/members/me',
])

/** Sends what a hostile editor asks for over HTTP, of any writing route. Every answer is fine but a 5xx. */
async function ask(random: SeededRandom, projectId: string, documentId: string): Promise<string[]> {
  const [thread, reply] = [newId(), newId()]
  const path = `/api/projects/${projectId}`
  await sender.post(`${path}/threads`, {
    id: thread,
    commentId: newId(),
    anchor: { type: 'project' },
    body: '壁厚?',
    severity: 'note',
  })
  await sender.post(`${path}/threads/${thread}/comments`, { id: reply, body: '2.5 mm' })
  const ids = {
    projectId: [projectId],
    documentId: [documentId],
    threadId: [thread],
    commentId: [reply],
    userId: [owner.user.id, maker.user.id],
    assigneeId: [owner.user.id],
    id: [newId(), newId(), thread, reply],
  }
  const asked: string[] = []
  for (let left = requestsALife; left > 0; left--) {
    const { method, path: at, body } = hostileRequest(random, description, random.pick(routes), ids)
    const { status, body: said } = await sender.ask(method, at, body)
    asked.push(`${method} ${at}: ${status}`)
    statuses.set(status, (statuses.get(status) ?? 0) + 1)
    const told = `${method} ${at} ${JSON.stringify(body)?.slice(0, 2_000)}: ${JSON.stringify(said)}`
    expect(status, told).toBeLessThan(500)
  }
  return asked
}

/** What must be settled before a revision is put forward is declined, as an owner may. */
async function declineThreads(path: string): Promise<void> {
  const { threads } = await owner.get<{ threads: Thread[] }>(`${path}/threads`)
  for (const { id, severity, state } of threads) {
    if (severity !== 'must' || state === 'settled' || state === 'declined') continue
    const change = { state: 'declined', reason: '模具已开' }
    expect((await owner.ask('PATCH', `${path}/threads/${id}`, change)).status).toBe(200)
  }
}

/** What another member does with the document, all of which must go well. */
async function live(projectId: string, documentId: string): Promise<void> {
  const path = `/api/projects/${projectId}`
  const { provider, doc } = openRoom(owner, documentId)
  await until('the document to open', () => provider.synced)
  const root = doc.getXmlFragment(textField)
  const words = `hand${newId().replace(/\W/g, '')}`
  const block = new Y.XmlElement('paragraph')
  block.insert(0, [new Y.XmlText(`${words} edits`)])
  root.insert(root.length, [block])
  const finds = async () =>
    (await owner.get<{ resources: unknown[] }>(`${path}/search?q=${words}`)).resources.length
  await until('the edit to be kept', async () => (await finds()) > 0)
  expect(provider.wsconnected).toBe(true)
  await until('the room to have repaired what it can', () => findViolations(root).length === 0)

  const versions = `/api/documents/${documentId}/versions`
  const { version } = await owner.post<{ version: { id: string } }>(versions, { name: 'before' })
  await owner.get(`${versions}/${version.id}`)
  // a restore of what stands there changes nothing
  root.delete(root.toArray().indexOf(block), 1)
  await until('the words to be gone', async () => (await finds()) === 0)
  provider.destroy()
  await owner.ask('POST', `${versions}/${version.id}/restore`).then(({ status }) => expect(status).toBe(204))
  await until('the words to be back', async () => (await finds()) > 0)
  await owner.get(`/api/documents/${documentId}/changes?since=2020-01-01T00:00:00Z`)
  for (const kind of ['csv', 'xlsx', 'bcf']) {
    expect((await owner.ask('GET', `${path}/threads.${kind}`)).status, kind).toBe(200)
  }
  await declineThreads(path)
  const { revision } = await owner.post<{ revision: { id: string } }>(`${path}/revisions`, {
    description: '',
  })
  const at = `${path}/revisions/${revision.id}`
  for (const signer of [owner, maker]) await signer.post(`${at}/signatures`, { password })
  for (const file of ['revision.pdf?locale=en', 'revision.md?locale=zh-CN', 'package.zip']) {
    await until(`${file} to be handed out`, async () => {
      const { status, body } = await owner.ask('GET', `${at}/${file}`)
      if (status >= 500) throw new Error(`${file}: ${status} ${JSON.stringify(body).slice(0, 300)}`)
      return status === 200
    })
  }
}

test(`${lives} whole lives of documents that a hostile editor had a hand in (FUZZ_SEED=${seed})`, async () => {
  for (let life = 0; life < lives; life++) {
    const random = seededRandom(seed + life)
    const { id: projectId } = await owner.post<{ id: string }>('/api/projects', { name: 'Lamp' })
    const { id: documentId } = await owner.post<{ id: string }>(`/api/projects/${projectId}/documents`, {
      kind: 'spec',
      title: 'Spec',
    })
    await join(owner, maker, projectId, 'manufacture', 'editor')
    await join(owner, sender, projectId, 'manufacture', 'editor')
    await writeUpdate(owner, documentId, honestText(random))
    let sent: string[] = []
    try {
      sent = await sendHostileUpdates(random, sender, documentId, 3 + random.below(6))
      sent.push(...(await ask(random, projectId, documentId)))
      await live(projectId, documentId)
    } catch (cause) {
      const rows = await server.database.select().from(documentUpdates)
      const own = rows.filter((row) => row.documentId === documentId)
      throw new Error(
        `life ${life}: FUZZ_LIVES=1 FUZZ_SEED=${seed + life} finds this again; ${own.length} updates logged; sent:\n${sent.join('\n')}`,
        { cause },
      )
    }
  }
  // of very many, some were taken and some refused
  if (lives < 15) return
  const taken = [...statuses].filter(([status]) => status < 300).reduce((sum, [, count]) => sum + count, 0)
  const twelfth = (lives * requestsALife) / 12
  expect(taken).toBeGreaterThan(twelfth)
  expect(statuses.get(400)).toBeGreaterThan(twelfth)
}, 3_600_000)
