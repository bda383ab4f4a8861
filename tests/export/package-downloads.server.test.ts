import { createHash, randomBytes } from 'node:crypto'
import { readdirSync, readlinkSync } from 'node:fs'
import { connect } from 'node:net'
import { eq } from 'drizzle-orm'
import { unzipSync } from 'fflate'
import { pino } from 'pino'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { hashPassword } from '../../server/accounts/passwords.ts'
import { users } from '../../server/accounts/tables.ts'
import { newId } from '../../server/db/columns.ts'
import { createSealing } from '../../server/export/package/sealing.ts'
import { openConverter } from '../../server/conversions/pool.ts'
import { revisions } from '../../server/signoff/tables.ts'
import { trailEntries } from '../../server/trail/tables.ts'
import { Refusal } from '../../shared/errors.ts'
import { defaultLimits } from '../../shared/limits.ts'
import { converterProgram } from '../helpers/conversions/converter.ts'
import { until } from '../helpers/until.ts'
import { openWorld, type World } from '../helpers/access/world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld({ slowReplyMs: 500 })
  await world.sealing.stop()
}, 60_000)
afterAll(() => world.close())

const noise = () =>
  sharp(randomBytes(1_200 * 1_200 * 3), { raw: { width: 1_200, height: 1_200, channels: 3 } })
    .png({ compressionLevel: 0 })
    .toBuffer()

/** A signed revision with a picture of 4.3 MB, sealed where no converter may answer more than 1 MB. */
async function sealed() {
  const password = 'a lamp that is repaired'
  const [designer, maker] = [await world.person('Lin'), await world.person('Zhou')]
  await world.database.update(users).set({ passwordHash: await hashPassword(password) })
  const { projectId } = await world.project([designer, 'owner', 'design'], [maker, 'reviewer', 'manufacture'])
  const base = `/api/projects/${projectId}`
  const headers = { 'content-type': 'image/png' }
  const { body } = await designer.ask('POST', `${base}/files`, { body: await noise(), headers })
  const { sha256 } = body.file as { sha256: string }
  await designer.post(`${base}/threads`, {
    id: newId(),
    commentId: newId(),
    anchor: { type: 'project' },
    severity: 'note',
    content: { type: 'doc', content: [{ type: 'imageFile', attrs: { sha256 } }] },
  })
  const put = await designer.post(`${base}/revisions`, {})
  const id = put.body.revision.id as string
  const path = `${base}/revisions/${id}`
  for (const one of [designer, maker]) {
    expect((await one.post(`${path}/signatures`, { password })).status).toBe(201)
  }
  const limits = { ...defaultLimits, conversionAnswerBytes: 1_000_000 }
  const converter = openConverter({
    program: converterProgram(),
    limits,
    logger: pino({ level: 'silent' }),
  })
  const sealing = createSealing({
    converter,
    database: world.database,
    key: world.key,
    store: world.files,
    // without prints it is made in a moment
    typeset: () => Promise.reject(new Refusal('unprintable', { place: '' })),
    logger: pino({ level: 'silent' }),
    firstPauseMs: 5,
    publish: () => {},
  })
  const row = async () => (await world.database.select().from(revisions).where(eq(revisions.id, id)))[0]!
  sealing.wake()
  await until('the seal', async () => (await row()).state === 'signed', 60)
  await sealing.stop()
  await converter.stop()
  return { designer, path, picture: sha256, package: (await row()).packageSha256! }
}

/** Descriptors of this process, the server's too, under which the file is open. */
const openOf = (sha256: string) =>
  readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).endsWith(sha256)
    } catch {
      return false
    }
  }).length

test('R9, R11: a package is made and handed out in pieces, and who takes nothing of it, or of a picture, is broken off', async () => {
  const { designer, path, picture, package: stored } = await sealed()
  const read = vi.spyOn(world.files, 'read')
  const reply = await fetch(`${world.origin}${path}/package.zip`, { headers: { cookie: designer.cookie } })
  const bytes = new Uint8Array(await reply.arrayBuffer())
  expect([reply.status, reply.headers.get('content-length')]).toEqual([200, String(bytes.length)])
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(stored)
  expect(Object.keys(unzipSync(bytes))).toContain(`files/${picture}.png`)
  await until('it to be closed', () => openOf(stored) === 0)
  const head = { method: 'HEAD', headers: { cookie: designer.cookie } }
  const entries = await world.database.$count(trailEntries)
  // V8: who asks for the head takes nothing away
  for (const name of ['revision.pdf', 'revision.md', 'package.zip']) {
    expect((await fetch(`${world.origin}${path}/${name}`, head)).status).toBe(200)
  }
  expect((await fetch(`${world.origin}${path.split('/revisions/')[0]}/threads.csv`, head)).status).toBe(200)
  expect(await world.database.$count(trailEntries)).toBe(entries)
  expect((await fetch(`${world.origin}${path}/package.zip`, head)).headers.get('content-length')).toBe(
    String(bytes.length),
  )
  await until('it to be closed', () => openOf(stored) === 0)

  await breaksOff(`${path}/package.zip`, designer.cookie, stored)
  expect(read.mock.calls.flat()).not.toContain(stored)
  await breaksOff(`${path.split('/revisions/')[0]}/files/${picture}`, designer.cookie, picture)
  read.mockRestore()
}, 120_000)

/** Asks for a file a few times, and takes nothing of it. */
async function breaksOff(path: string, cookie: string, stored: string) {
  const { hostname, port, host } = new URL(world.origin)
  const ask = `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nCookie: ${cookie}\r\n\r\n`
  const sockets = Array.from({ length: 5 }, () => {
    const socket = connect(Number(port), hostname, () => void socket.write(ask))
    socket.on('error', () => {})
    socket.pause()
    return socket
  })
  await until('all of them to be sent to', () => openOf(stored) === sockets.length, 30)
  await until('all of them to be broken off', () => openOf(stored) === 0, 30)
  for (const socket of sockets) socket.destroy()
}
