import { afterAll, beforeAll, expect, test } from 'vitest'
import type { RunningServer } from '../../server/open-server.ts'
import { breakConnection, patchQueries } from '../helpers/db/patched-queries.ts'
import { createDocument, createPerson, join, openRoom } from '../helpers/people.ts'
import { startServer } from '../helpers/server.ts'
import { until } from '../helpers/until.ts'

/** The connection to the database breaks between a COMMIT and its answer: nobody knows whether it was done. */

type Answer = { error?: { code: string } }

let isArmed = false
let restore: () => void
let server: RunningServer
beforeAll(async () => {
  server = await startServer()
  restore = patchQueries(({ client, text = '', run }) => {
    const result = run() as Promise<unknown>
    if (!isArmed || !/^\s*commit/i.test(text)) return result
    isArmed = false
    return result.then(() => {
      breakConnection(client)
      throw new Error('Connection terminated unexpectedly')
    })
  })
})
afterAll(async () => {
  restore()
  await server.close()
})

test('rule 8: whose removal may be done is looked at again, and it is said that it may be done', async () => {
  const [owner, guest, other] = [
    await createPerson(server.url),
    await createPerson(server.url),
    await createPerson(server.url),
  ]
  const { projectId, documentId } = await createDocument(owner)
  await join(owner, guest, projectId, 'manufacture', 'editor')
  await join(owner, other, projectId, 'manufacture', 'editor')
  const { provider } = openRoom(guest, documentId)
  const staying = openRoom(other, documentId)
  const closes: (number | undefined)[] = []
  provider.on('connection-close', (event) => closes.push(event?.code))
  let othersCloses = 0
  staying.provider.on('connection-close', () => othersCloses++)
  await until('both to be in', () => provider.synced && staying.provider.synced)
  isArmed = true
  const removal = await owner.ask('DELETE', `/api/projects/${projectId}/members/${guest.user.id}`)
  expect([removal.status, (removal.body as Answer).error?.code]).toEqual([503, 'done_unknown'])
  await until('the removed person’s socket to be closed', () => closes.length > 0)
  expect(othersCloses).toBe(0)
  provider.destroy()
  staying.provider.destroy()
})

test('an act that certainly was not done says so as before', async () => {
  const owner = await createPerson(server.url)
  const { projectId } = await createDocument(owner)
  const refused = await owner.ask('DELETE', `/api/projects/${projectId}/members/${owner.user.id}`)
  expect(refused.status).toBe(409)
  expect((refused.body as Answer).error?.code).not.toBe('done_unknown')
})
