import { afterAll, beforeAll, expect, test } from 'vitest'
import sharp from 'sharp'
import { newId } from '../../server/db/columns.ts'
import type { RunningServer } from '../../server/open-server.ts'
import { createDocument, createPerson, join, ownPage, type Person } from '../helpers/people.ts'
import { startServer } from '../helpers/server.ts'
import { newThread } from '../helpers/access/points-of.ts'

let server: RunningServer
let pictures: Buffer[]
let owner: Person, editor: Person
let projectId: string, documentId: string

beforeAll(async () => {
  const side = 40
  const noise = { create: { width: side, height: side, channels: 3, background: 'red', noise: noiseOf(30) } }
  pictures = await Promise.all(
    [1, 2, 3, 4].map((step) =>
      sharp({ ...noise, create: { ...noise.create, width: side + step } } as never)
        .png()
        .toBuffer(),
    ),
  )
  const projectBytes = Math.max(...pictures.map(({ length }) => length)) * 5
  const limits = { threadsPerProject: 8, projectCommentBytes: 20_000, versionsPerDocument: 8, projectBytes }
  server = await startServer({ limits })
  owner = await createPerson(server.url)
  editor = await createPerson(server.url)
  ;({ projectId, documentId } = await createDocument(owner, { kind: 'spec', title: 'Lamp' }))
  await join(owner, editor, projectId, 'manufacture', 'editor')
})
afterAll(() => server.close())

const noiseOf = (sigma: number) => ({ type: 'gaussian', mean: 128, sigma })

const answered = async (by: Person, path: string, body: object) => {
  const reply = await by.ask<{ error?: { code: string } }>('POST', path, body)
  return reply.body.error?.code ?? reply.status
}
/** What one person is answered who does something again and again until it is refused, and how often it was done. */
async function untilRefused(act: () => Promise<number | string>): Promise<[number, number | string]> {
  for (let done = 0; done < 20; done++) {
    const answer = await act()
    if (answer !== 201) return [done, answer]
  }
  throw new Error('it is never refused')
}

test('V19 points: who raised most of them leaves the rest to others', async () => {
  const thread = (draft = false) => newThread({ draft })
  const path = `/api/projects/${projectId}/threads`
  // a draft takes nobody's place; published, it is one of theirs
  expect(await answered(owner, path, thread(true))).toBe(201)
  expect(await untilRefused(() => answered(owner, path, thread()))).toEqual([6, 'own_share_full'])
  const review = { id: newId(), decision: 'comments' }
  expect(await answered(owner, `/api/projects/${projectId}/reviews`, review)).toBe('own_share_full')
  expect(await untilRefused(() => answered(editor, path, thread()))).toEqual([2, 'too_many_threads'])
})

test('V19 words: who said most of them leaves the rest to others', async () => {
  const summary = 'x'.repeat(2_000)
  const other = await createDocument(owner, { kind: 'spec', title: 'Chair' })
  await join(owner, editor, other.projectId, 'manufacture', 'editor')
  const path = `/api/projects/${other.projectId}/reviews`
  const review = () => ({ id: newId(), decision: 'good', summary })
  expect(await untilRefused(() => answered(owner, path, review()))).toEqual([7, 'own_share_full'])
  expect(await answered(editor, path, review())).toBe(201)
})

test('V19 versions: who kept most of them leaves the rest to others', async () => {
  const path = `/api/documents/${documentId}/versions`
  expect(await untilRefused(() => answered(owner, path, { name: 'v' }))).toEqual([6, 'own_share_full'])
  expect(await answered(editor, path, { name: 'v' })).toBe(201)
})

test('V19 files: who sent most of them leaves the rest to others', async () => {
  const send = async (by: Person, body: Buffer) => {
    const headers = { ...ownPage(server.url), Cookie: by.cookie, 'Content-Type': 'image/png' }
    const init = { method: 'POST', headers, body: new Uint8Array(body) }
    const reply = await fetch(`${server.url}/api/projects/${projectId}/files`, init)
    const said = (await reply.json()) as { error?: { code: string } }
    return said.error?.code ?? reply.status
  }
  const [first, second, third, fourth] = pictures as [Buffer, Buffer, Buffer, Buffer]
  for (const one of [first, second, third]) expect(await send(owner, one)).toBe(201)
  expect(await send(owner, fourth)).toBe('own_share_full')
  expect(await send(editor, fourth)).toBe(201)
})
