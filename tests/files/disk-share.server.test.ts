import { randomBytes } from 'node:crypto'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import * as Y from 'yjs'
import { createDiskShare } from '../../server/files/disk-share.ts'
import { textField } from '../../shared/document/text-field.ts'
import { createDocument, createPerson, openRoom, ownPage, type Person } from '../helpers/people.ts'
import { startServer } from '../helpers/server.ts'
import { until } from '../helpers/until.ts'

// What a stranger sends is felt by nobody: one new account filled the disk in half a minute, and the database ended.

let server: Awaited<ReturnType<typeof startServer>>
beforeAll(async () => {
  server = await startServer({ trustedProxies: ['127.0.0.1'], limits: { diskReserveBytes: 1_000 } })
})
afterAll(() => server.close())

const noise = () =>
  sharp(randomBytes(500 * 500 * 3), { raw: { width: 500, height: 500, channels: 3 } })
    .png()
    .toBuffer()

/** Sends a picture of 0.75 MB, by way of a proxy where `from` is given; what became of it. */
async function send({ url, cookie }: Person, projectId: string, from?: string): Promise<string> {
  const headers = { ...ownPage(url), Cookie: cookie, 'Content-Type': 'image/png' }
  const reply = await fetch(`${url}/api/projects/${projectId}/files`, {
    method: 'POST',
    headers: { ...headers, ...(from && { 'X-Forwarded-For': from }) },
    body: new Uint8Array(await noise()),
  })
  const { error } = (await reply.json()) as { error?: { code: string } }
  return error?.code ?? 'kept'
}

test('nobody takes more of the disk than they leave to others, over all accounts, projects and texts', async () => {
  let left = 3_200_000
  vi.spyOn(server.files, 'freeBytes').mockImplementation(async () => left)
  const stranger = await createPerson(server.url)
  const { projectId, documentId } = await createDocument(stranger)
  const sent: string[] = []
  while (sent.at(-1) !== 'storage_full') {
    sent.push(await send(stranger, projectId))
    if (sent.at(-1) === 'kept') left -= 760_000
  }
  expect(sent).toEqual(['kept', 'kept', 'storage_full'])
  const other = await createPerson(server.url)
  expect(await send(other, (await createDocument(other)).projectId)).toBe('storage_full')

  const { provider, doc } = openRoom(stranger, documentId)
  let reason = ''
  provider.on('connection-close', (event) => (reason = event?.reason || reason))
  await until('the text', () => provider.synced)
  const words = new Y.XmlText(randomBytes(300_000).toString('hex').replace(/.{60}/g, '$& '))
  const paragraph = new Y.XmlElement('paragraph')
  paragraph.insert(0, [words])
  doc.getXmlFragment(textField).push([paragraph])
  await until('its words to be refused', () => reason !== '')
  provider.destroy()
  expect(reason).toBe('storage_full')

  const honest = await createPerson(server.url)
  expect(await send(honest, (await createDocument(honest)).projectId, '198.51.100.7')).toBe('kept')
}, 60_000)

test('a disk that cannot be asked refuses nobody, and what was given back is there again', async () => {
  const blind = createDiskShare(() => Promise.reject(new Error('no disk')))
  expect(() => blind.take('li', 1e12)).not.toThrow()
  const share = createDiskShare(async () => 100)
  share.take('li', 1)
  await new Promise((done) => setImmediate(done))
  share.take('li', 40)
  expect(() => share.take('li', 40)).toThrow('storage_full')
  share.giveBack('li', 40)
  expect(() => share.take('li', 40)).not.toThrow()
})
