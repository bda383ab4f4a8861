import { afterAll, beforeAll, expect, test } from 'vitest'
import * as Y from 'yjs'
import { newId } from '../../../server/db/columns.ts'
import { documentUpdates } from '../../../server/documents/tables.ts'
import type { RunningServer } from '../../../server/open-server.ts'
import { textField } from '../../../shared/document/text-field.ts'
import { findViolations } from '../../../shared/document/violations.ts'
import { sendHostileUpdates, writeUpdate } from '../../helpers/hostile-editor.ts'
import { honestText } from '../../helpers/hostile-updates.ts'
import { createPerson, join, openRoom, password, type Person } from '../../helpers/people.ts'
import { seededRandom, type SeededRandom } from '../../helpers/seeded-random.ts'
import { startServer } from '../../helpers/server.ts'
import { until } from '../../helpers/until.ts'

/**
 * Whatever one member may send, every other member opens, edits, searches, versions, restores, prints, exports and
 * signs every document, and only the sender hears of it.
 */

const lives = Number(process.env.FUZZ_LIVES ?? 50)
const seed = Number(process.env.FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 32))

let server: RunningServer
let owner: Person
let maker: Person
let sender: Person
beforeAll(async () => {
  server = await startServer({ limits: { updatesPerSecond: 100_000 } })
  owner = await createPerson(server.url, 'Lin Yue')
  maker = await createPerson(server.url, 'Wu Fang')
  sender = await createPerson(server.url, 'Mallory')
})
afterAll(() => server.close())

const wildWords = [
  '#eval("1")',
  '\u202eabc',
  '=HYPERLINK("x")',
  '`'.repeat(9_000),
  '\n'.repeat(4_000),
  '</script>',
]

/** Sends what a hostile editor asks for over HTTP. Every answer is fine but a 5xx. */
async function ask(random: SeededRandom, projectId: string, documentId: string): Promise<void> {
  const ids = { id: newId(), commentId: newId() }
  const requests: [string, string, object][] = [
    ['PATCH', `/api/documents/${documentId}`, { title: random.pick(wildWords).slice(0, 160) }],
    [
      'POST',
      `/api/projects/${projectId}/threads`,
      { ...ids, anchor: { type: 'project' }, body: random.pick(wildWords), severity: 'note' },
    ],
  ]
  for (const [method, path, body] of requests) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const { status } = await sender.ask(method, path, body)
    expect(status, `${method} ${path}`).toBeLessThan(500)
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
  await until('the edit to be kept', async () => {
    const { finds } = await owner.get<{ finds: unknown[] }>(`${path}/search?q=${words}`).then(
      (found) => ({ finds: Object.values(found).flat() }),
    ) // oxfmt-ignore
    return finds.length > 0
  })
  expect(provider.wsconnected).toBe(true)
  await until('the room to have repaired what it can', () => findViolations(root).length === 0)
  provider.destroy()

  const versions = `/api/documents/${documentId}/versions`
  const { version } = await owner.post<{ version: { id: string } }>(versions, { name: 'before' })
  await owner.get(`${versions}/${version.id}`)
  await owner.ask('POST', `${versions}/${version.id}/restore`).then(({ status }) => expect(status).toBe(204))
  await owner.get(`/api/documents/${documentId}/changes?since=2020-01-01T00:00:00Z`)
  for (const kind of ['csv', 'xlsx', 'bcf']) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    expect((await owner.ask('GET', `${path}/points.${kind}`)).status, kind).toBe(200)
  }
  const { revision } = await owner.post<{ revision: { id: string } }>(`${path}/revisions`, {
    description: '',
  })
  const at = `${path}/revisions/${revision.id}`
  for (const signer of [owner, maker]) await signer.post(`${at}/signatures`, { password }) // oxlint-disable-line no-await-in-loop
  for (const file of ['revision.pdf?locale=en', 'revision.md?locale=zh-CN', 'package.zip']) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other; what is being sealed is waited for
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
    // oxlint-disable-next-line no-await-in-loop -- one life after the other, so that a seed finds it again
    const { id: projectId } = await owner.post<{ id: string }>('/api/projects', { name: 'Lamp' })
    // oxlint-disable no-await-in-loop
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
      await ask(random, projectId, documentId)
      await live(projectId, documentId)
    } catch (cause) {
      const rows = await server.database.select().from(documentUpdates)
      const own = rows.filter((row) => row.documentId === documentId)
      throw new Error(
        `life ${life}: FUZZ_LIVES=1 FUZZ_SEED=${seed + life} finds this again; ${own.length} updates logged; sent:\n${sent.join('\n')}`,
        { cause },
      )
    }
    // oxlint-enable no-await-in-loop
  }
}, 3_600_000)
