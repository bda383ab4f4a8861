import { randomBytes } from 'node:crypto'
import { readdirSync, readlinkSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { request } from 'node:http'
import { json } from 'node:stream/consumers'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { files } from '../../server/files/tables.ts'
import { members } from '../../server/projects/tables.ts'
import { until } from '../helpers/until.ts'
import { openWorld, type World } from '../helpers/access/world.ts'

let world: World
beforeAll(async () => (world = await openWorld()), 60_000)
afterAll(() => world.close())

const noise = () =>
  sharp(randomBytes(100 * 100 * 3), { raw: { width: 100, height: 100, channels: 3 } })
    .png()
    .toBuffer()
const stored = async (): Promise<string[]> => {
  const all = await readdir(`${world.folder}/files`, { recursive: true, withFileTypes: true })
  return all.filter((one) => one.isFile()).map(({ name }) => name)
}

/** A picture whose last bytes are held back until `finish`, which resolves with the reply. */
function beginUpload(cookie: string, projectId: string, png: Buffer) {
  const sending = request(`${world.origin}/api/projects/${projectId}/files`, {
    method: 'POST',
    headers: {
      origin: world.origin,
      cookie,
      'content-type': 'image/png',
      'content-length': png.length,
    },
  })
  const answered = new Promise<{ status?: number; body: unknown }>((resolve, reject) => {
    sending.on('error', reject)
    sending.on('response', (reply) => {
      json(reply).then((body) => resolve({ status: reply.statusCode, body }), reject)
    })
  })
  sending.write(png.subarray(0, -5))
  return () => (sending.end(png.subarray(-5)), answered)
}

const acts = {
  'whose session ends': (person: Awaited<ReturnType<World['person']>>) =>
    person.delete('/api/sessions/current'),
  'who is removed': async () => void (await world.database.delete(members)),
} as const

test.each(Object.entries(acts))(
  'R1: of somebody %s while their picture comes nothing is kept',
  async (_, act) => {
    const li = await world.person()
    const { projectId } = await world.project([li, 'owner'])
    const before = await stored()
    const png = await noise()
    const finish = beginUpload(li.cookie, projectId, png)
    await until('it to be on its way', async () => (await stored()).length > before.length)
    await act(li)
    const { status, body } = await finish()
    expect([401, 403, 404]).toContain(status)
    expect(body).toHaveProperty('error')
    await until('nothing on its way', async () => (await stored()).length === before.length)
    expect(await stored()).toEqual(before)
    expect(await world.database.$count(files)).toBe(0)
  },
)

test('R2: HEAD of a picture says what GET says, and leaves no file open', async () => {
  const li = await world.person()
  const { projectId } = await world.project([li, 'owner'])
  const path = `/api/projects/${projectId}/files`
  const sent = await li.ask('POST', path, { body: await noise(), headers: { 'content-type': 'image/png' } })
  const { sha256, bytes } = sent.body.file as { sha256: string; bytes: number }
  const opened = () =>
    readdirSync('/proc/self/fd').filter((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`).endsWith(sha256)
      } catch {
        return false
      }
    })
  const heads = await Promise.all(Array.from({ length: 20 }, () => li.ask('HEAD', `${path}/${sha256}`)))
  for (const { status, headers } of heads) {
    expect([status, headers.get('content-type'), headers.get('content-length')]).toEqual([
      200,
      'image/png',
      String(bytes),
    ])
  }
  expect(opened()).toEqual([])
  const absent = `${world.origin}${path}/${'ab'.repeat(32)}`
  expect((await fetch(absent, { method: 'HEAD', headers: { cookie: li.cookie } })).status).toBe(404)
})
