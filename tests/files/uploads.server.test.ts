import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { request, type ClientRequest } from 'node:http'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeAll, expect, test } from 'vitest'
import { openFileStore } from '../../server/files/folder-store.ts'
import type { Limits } from '../../shared/limits.ts'
import { until } from '../helpers/until.ts'
import { openWorld, type World } from '../helpers/access/world.ts'

/** Uploads are bounded while they are on their way: by person, in all, by the project's share and by the disk. */

let world: World
let png: Buffer
beforeAll(async () => {
  png = await sharp({ create: { width: 30, height: 20, channels: 3, background: 'red' } })
    .png()
    .toBuffer()
})
afterEach(() => world.close())

async function openProject(limits: Partial<Limits>) {
  world = await openWorld(limits)
  const li = await world.person()
  return { li, ...(await world.project([li, 'owner'])) }
}
const pathOf = (projectId: string) => `/api/projects/${projectId}/files`
const send = async (person: { cookie: string }, projectId: string): Promise<string> => {
  const headers = { 'content-type': 'image/png' }
  const reply = await world.browser(person.cookie).post(pathOf(projectId), png, headers)
  return reply.status === 201 ? 'ok' : reply.body.error.code
}

/** An upload that begins and does not go on; `announced` says how long it will be, else it comes in pieces. */
function begin(
  person: { cookie: string },
  projectId: string,
  { announced, bytes = 1_000, from }: { announced?: number; bytes?: number; from?: string } = {},
) {
  const headers = {
    origin: world.origin,
    cookie: person.cookie,
    'content-type': 'image/png',
    ...(from !== undefined && { 'x-forwarded-for': from }),
    ...(announced !== undefined && { 'content-length': announced }),
  }
  const sending: ClientRequest = request(world.origin + pathOf(projectId), { method: 'POST', headers })
  const answer: { code?: string } = {}
  sending.on('error', () => {})
  sending.on('response', (response) => {
    const chunks: Buffer[] = []
    response.on('data', (chunk: Buffer) => chunks.push(chunk))
    response.on('end', () => (answer.code = JSON.parse(Buffer.concat(chunks).toString()).error?.code ?? 'ok'))
  })
  sending.write(Buffer.alloc(bytes))
  return { sending, answer }
}
const unfinished = async () => (await readdir(join(world.folder, 'files', 'unfinished'))).length
const staged = (count: number) =>
  until(`${count} files on their way`, async () => (await unfinished()) === count)

test('a person sends a few at a time; one that is broken off frees its place and leaves nothing', async () => {
  const { li, projectId } = await openProject({ uploadsPerPerson: 2 })
  const both = [begin(li, projectId), begin(li, projectId)]
  await staged(2)
  expect(await send(li, projectId)).toBe('too_many_uploads')
  both[0]!.sending.destroy()
  await staged(1)
  await until('a free place', async () => (await send(li, projectId)) === 'ok')
  both[1]!.sending.destroy()
  await staged(0)
})

test('all together send so many at a time, and so many bytes: announced, or as they come', async () => {
  // from one network half of it
  const { li, projectId } = await openProject({ uploadsAtOnce: 6, stagedBytes: 200_000 })
  const bo = await world.person()
  const other = await world.project([bo, 'owner'])
  const first = begin(li, projectId, { announced: 90_000 })
  await staged(1)
  const second = begin(bo, other.projectId, { announced: 20_000 })
  await until('a refusal before it has arrived', () => second.answer.code)
  expect(second.answer.code).toBe('too_many_uploads')
  const third = begin(bo, other.projectId, { bytes: 1_000 })
  await staged(2)
  third.sending.write(Buffer.alloc(15_000))
  await until('a refusal while it comes', () => third.answer.code)
  expect(third.answer.code).toBe('too_many_uploads')
  await staged(1)
  const more = [begin(bo, other.projectId, { bytes: 10 }), begin(bo, other.projectId, { bytes: 10 })]
  await staged(3)
  expect(await send(bo, other.projectId)).toBe('too_many_uploads')
  for (const { sending } of [first, ...more]) sending.destroy()
  await staged(0)
})

test('whoever has many accounts has one network: others still send', async () => {
  world = await openWorld({ uploadsPerNetwork: 2 }, null, null, ['127.0.0.1'])
  const people = [await world.person(), await world.person(), await world.person()]
  const projects = await Promise.all(people.map((one) => world.project([one, 'owner'])))
  const begun = [0, 1].map((at) => begin(people[at]!, projects[at]!.projectId, { from: `192.0.2.${at + 1}` }))
  await staged(2)
  const third = begin(people[2]!, projects[2]!.projectId, { from: '192.0.2.3' })
  await until('a refusal', () => third.answer.code)
  expect(third.answer.code).toBe('too_many_uploads')
  expect(await send(people[2]!, projects[2]!.projectId)).toBe('ok')
  for (const { sending } of begun) sending.destroy()
  await staged(0)
})

test('one person’s bytes on their way are a part of what all may send', async () => {
  const { li, projectId } = await openProject({ stagedBytesPerPerson: 100_000 })
  const bo = await world.person()
  const other = await world.project([bo, 'owner'])
  const first = begin(li, projectId, { announced: 90_000 })
  await staged(1)
  const second = begin(li, projectId, { announced: 20_000 })
  await until('a refusal', () => second.answer.code)
  expect(second.answer.code).toBe('too_many_uploads')
  expect(await send(bo, other.projectId)).toBe('ok')
  first.sending.destroy()
  await staged(0)
})

test('what is on its way counts in the project’s share before it has arrived', async () => {
  const { li, projectId } = await openProject({ projectBytes: 100_000 })
  const first = begin(li, projectId, { announced: 90_000 })
  await staged(1)
  const second = begin(li, projectId, { announced: 20_000 })
  await until('a refusal', () => second.answer.code)
  expect(second.answer.code).toBe('project_full')
  expect(await send(li, projectId)).toBe('ok')
  first.sending.destroy()
  await staged(0)
})

test('a disk that is nearly full takes no more files, and says so', async () => {
  const { li, projectId } = await openProject({ diskReserveBytes: 1e15 })
  expect(await send(li, projectId)).toBe('storage_full')
  expect(await unfinished()).toBe(0)
})

test('what a crash left on its way is removed at the next start', async () => {
  await openProject({})
  const folder = join(world.folder, 'crashed')
  await mkdir(join(folder, 'unfinished'), { recursive: true })
  await writeFile(join(folder, 'unfinished', 'half'), 'half a picture')
  await openFileStore(folder)
  expect(await readdir(join(folder, 'unfinished'))).toEqual([])
})
