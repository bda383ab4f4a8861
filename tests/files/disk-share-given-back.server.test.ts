import { randomBytes } from 'node:crypto'
import sharp from 'sharp'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import * as Y from 'yjs'
import { createDiskShare } from '../../server/files/disk-share.ts'
import { Refusal } from '../../shared/errors.ts'
import { textField } from '../../shared/document/text-field.ts'
import { createDocument, createPerson, openRoom, ownPage, type Person } from '../helpers/people.ts'
import { startServer } from '../helpers/server.ts'
import { until } from '../helpers/until.ts'

// Nothing false: what was refused takes nothing, so that nobody's share of the disk is used up by it.

/** So much is left of the disk, and none of it is ever used here. */
const left = 400_000

let server: Awaited<ReturnType<typeof startServer>>
beforeAll(async () => {
  const limits = {
    diskReserveBytes: 1_000,
    versionsPerDocument: 1,
    // the first record is over it, which is known when it is stored
    projectRecordBytes: 1,
  }
  server = await startServer({ trustedProxies: ['127.0.0.1'], limits })
})
beforeEach(() => void vi.spyOn(server.files, 'freeBytes').mockResolvedValue(left))
afterAll(() => server.close())

/** Sends something by way of a proxy, from this network; what became of it. */
async function send(
  { url, cookie }: Person,
  from: string,
  path: string,
  type: string,
  body: string | Buffer,
) {
  const reply = await fetch(url + path, {
    method: 'POST',
    headers: { ...ownPage(url), Cookie: cookie, 'Content-Type': type, 'X-Forwarded-For': from },
    body: typeof body === 'string' ? body : new Uint8Array(body),
  })
  const { error } = (await reply.json()) as { error?: { code: string } }
  return error?.code ?? 'kept'
}

const noise = () =>
  sharp(randomBytes(100 * 100 * 3), { raw: { width: 100, height: 100, channels: 3 } })
    .png()
    .toBuffer()

/** A document with a text of so many bytes, written from the network of this machine. */
async function written(bytes: number) {
  const owner = await createPerson(server.url)
  const { projectId, documentId } = await createDocument(owner)
  const { provider, doc } = openRoom(owner, documentId)
  await until('the text', () => provider.synced)
  for (let end = bytes; end > 0; end -= 1_000) {
    const words = new Y.XmlText(randomBytes(450).toString('hex').replace(/.{6}/g, '$& '))
    const paragraph = new Y.XmlElement('paragraph')
    paragraph.insert(0, [words])
    doc.getXmlFragment(textField).push([paragraph])
  }
  const end = Y.encodeStateVector(doc)
  await until('the words to be there', async () => {
    const whole = await server.rooms.read(documentId)
    return Buffer.compare(Y.encodeStateVectorFromUpdate(whole), end) === 0
  })
  provider.destroy()
  return { owner, projectId, documentId }
}

/** `act` so often that it would take more than is left. */
async function often(times: number, act: () => Promise<string>): Promise<string[]> {
  const became = []
  for (let time = 0; time < times; time++) became.push(await act())
  return became
}

const always = (times: number, what: string) => Array.from({ length: times }, () => what)

test('a version that is not kept takes nothing of the disk', async () => {
  const { owner, documentId } = await written(15_000)
  const body = JSON.stringify({ name: 'First' })
  const keep = () =>
    send(owner, '198.51.101.1', `/api/documents/${documentId}/versions`, 'application/json', body)
  expect(await often(15, keep)).toEqual(['kept', ...always(14, 'too_many_versions')])
})

test('a revision that is not put forward takes nothing of the disk', async () => {
  const { owner, projectId } = await written(90_000)
  const body = JSON.stringify({ description: 'First' })
  const putForward = () =>
    send(owner, '198.51.102.1', `/api/projects/${projectId}/revisions`, 'application/json', body)
  expect(await often(5, putForward)).toEqual(always(5, 'revisions_full'))
})

// last: it uses up what is known to be left, which is asked for once a second
test('a picture that is refused, or that the project has, takes nothing of the disk', async () => {
  const owner = await createPerson(server.url)
  const { projectId } = await createDocument(owner)
  const picture = await noise()
  const upload = (type: string) =>
    send(owner, '198.51.100.1', `/api/projects/${projectId}/files`, type, picture)
  expect(await often(16, () => upload('image/jpeg'))).toEqual(always(16, 'file_type_mismatch'))
  expect(await often(16, () => upload('image/png'))).toEqual(always(16, 'kept'))
  // what is kept counts
  const others = await often(16, async () =>
    send(owner, '198.51.100.1', `/api/projects/${projectId}/files`, 'image/png', await noise()),
  )
  expect(others).toContain('storage_full')
})

test('what fails is given back where it was taken, as far as it was taken', async () => {
  const share = createDiskShare(async () => 100)
  const refused = new Refusal('project_full')
  share.comesFrom('li', 'here')
  const fail = share.storing('li', async (booking) => {
    booking.take(1)
    await new Promise((done) => setImmediate(done))
    booking.take(30)
    expect(() => booking.take(60)).toThrow('storage_full')
    share.comesFrom('li', 'elsewhere')
    throw refused
  })
  await expect(fail).rejects.toBe(refused)
  // neither here nor elsewhere is anything taken, or to spare
  for (const network of ['here', 'elsewhere']) {
    share.comesFrom('li', network)
    expect(() => share.take('li', 51)).toThrow('storage_full')
    share.take('li', 50)
    share.giveBack('li', 50)
  }
})
