import { randomBytes } from 'node:crypto'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { newId } from '../../server/db/columns.ts'
import { createDocument } from '../../server/documents/documents.ts'
import { trialTask } from '../../server/export/print/typeset.ts'
import { revisions } from '../../server/signoff/tables.ts'
import { openWorld, type World } from '../helpers/access/world.ts'

let world: World
/** One picture of noise is 0.73 MB. */
beforeAll(async () => (world = await openWorld({ revisionFileBytes: 2 * 1_048_576 })), 60_000)
afterAll(() => world.close())

const noise = () =>
  sharp(randomBytes(500 * 500 * 3), { raw: { width: 500, height: 500, channels: 3 } })
    .png()
    .toBuffer()
const shown = (sha256: string) => ({ type: 'imageFile', attrs: { sha256 } })

async function start() {
  const designer = await world.person('Lin')
  const { projectId } = await world.project([designer, 'owner', 'design'])
  const send = async (name: string): Promise<string> => {
    const headers = { 'content-type': 'image/png', 'x-file-name': name }
    const sent = await designer.post(`/api/projects/${projectId}/files`, await noise(), headers)
    return sent.body.file.sha256 as string
  }
  const write = (title: string, pictures: string[]) => {
    const content = { type: 'doc', content: pictures.map(shown) }
    return createDocument(world.database, {
      projectId,
      userId: designer.id,
      kind: 'spec',
      title,
      content: content as never,
    })
  }
  const say = (sha256: string) =>
    designer.post(`/api/projects/${projectId}/threads`, {
      id: newId(),
      commentId: newId(),
      anchor: { type: 'project' },
      severity: 'note',
      content: { type: 'doc', content: [shown(sha256)] },
    })
  const putForward = () => designer.post(`/api/projects/${projectId}/revisions`, {})
  return { projectId, send, write, say, putForward }
}

test('R9: more pictures in the texts than a package may hold are told when it is put forward, before anybody signs', async () => {
  const { send, write, putForward } = await start()
  await write('Brief', [await send('a.png')])
  await write('Spec', [await send('b.png'), await send('c.png')])
  const run = vi.spyOn(world.converter, 'run')
  const reply = await putForward()
  const tasks = run.mock.calls.map(([{ name }]) => name)
  run.mockRestore()
  expect([reply.status, reply.body.error]).toMatchObject([
    422,
    { code: 'pictures_too_large', params: { size: 3, limit: 2, title: 'Spec' } },
  ])
  expect(tasks).not.toContain(trialTask.name)
}, 60_000)

test('R9: pictures of comments keep nobody from signing: those that do not fit are told', async () => {
  const { send, write, say, putForward } = await start()
  const [inText, first, second] = [await send('text.png'), await send('first.png'), await send('second.png')]
  await write('Spec', [inText])
  for (const sha256 of [first, second, inText]) {
    expect((await say(sha256)).status).toBe(201)
  }
  const reply = await putForward()
  expect(reply.status).toBe(201)
  expect(reply.body.revision.findings).toEqual([{ kind: 'attachment', place: '#2', detail: 'second.png' }])
  const rows = await world.database.select().from(revisions)
  const record = JSON.parse(rows.find(({ id }) => id === reply.body.revision.id)!.record) as {
    files: { sha256: string }[]
  }
  expect(record.files.map(({ sha256 }) => sha256)).toEqual([inText, first].toSorted())
}, 60_000)
