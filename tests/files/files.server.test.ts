import { createHash, randomBytes } from 'node:crypto'
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openWorld, type World } from '../helpers/access/world.ts'

let world: World
let png: Buffer
beforeAll(async () => {
  world = await openWorld({ imagePixels: 1_000_000, projectBytes: 40_000_000 })
  png = await sharp({ create: { width: 30, height: 20, channels: 3, background: 'red' } })
    .png()
    .toBuffer()
})
afterAll(() => world.close())

async function uploader() {
  const li = await world.person()
  const { projectId } = await world.project([li, 'owner'])
  const path = `/api/projects/${projectId}/files`
  const upload = (bytes: Uint8Array, name: string, type = 'image/png') =>
    li.post(path, bytes, { 'content-type': type, 'x-file-name': encodeURIComponent(name) })
  return { li, projectId, path, upload }
}

test('an image is stored by its SHA-256 and comes back as it was', async () => {
  const { li, path, upload } = await uploader()
  const { status, body } = await upload(png, '../台灯.png')
  expect(status).toBe(201)
  const sha256 = createHash('sha256').update(png).digest('hex')
  const stored = {
    sha256,
    name: '台灯.png',
    mediaType: 'image/png',
    bytes: png.length,
    width: 30,
    height: 20,
  }
  expect(body.file).toEqual(stored)
  const response = await fetch(`${world.origin}${path}/${sha256}`, { headers: { cookie: li.cookie } })
  expect(Buffer.from(await response.arrayBuffer())).toEqual(png)
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'image/png',
    'content-disposition': "inline; filename*=UTF-8''%E5%8F%B0%E7%81%AF.png",
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
    'cache-control': 'private, max-age=31536000, immutable',
  })
  expect((await upload(png, 'again.png')).body.file).toEqual(stored)
})

test.each(['jpeg', 'webp', 'gif'] as const)('%s is taken as well', async (format) => {
  const { upload } = await uploader()
  const bytes = await sharp(png).toFormat(format).toBuffer()
  expect((await upload(bytes, `lamp.${format}`, `image/${format}`)).body.file).toMatchObject({
    width: 30,
    height: 20,
  })
})

test('a photo lying on its side is measured as it is shown', async () => {
  const { upload } = await uploader()
  const bytes = await sharp(png).jpeg().withMetadata({ orientation: 6 }).toBuffer()
  expect((await upload(bytes, 'photo.jpg', 'image/jpeg')).body.file).toMatchObject({ width: 20, height: 30 })
})

const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')
test.each([
  ['an image with another image’s name', () => png, 'lamp.jpg', 'image/png', 415, 'file_type_mismatch'],
  ['an image said to be another', () => png, 'lamp.png', 'image/jpeg', 415, 'file_type_mismatch'],
  [
    'a PDF with an image’s name',
    () => Buffer.from('%PDF-1.7 …'),
    'lamp.png',
    'image/png',
    415,
    'file_type_mismatch',
  ],
  ['an SVG with an image’s name', () => svg, 'lamp.png', 'image/png', 415, 'file_type_mismatch'],
  ['an SVG', () => svg, 'lamp.svg', 'image/svg+xml', 415, 'file_type_unsupported'],
  ['a page', () => Buffer.from('<html>'), 'lamp.html', 'text/html', 415, 'file_type_unsupported'],
  [
    'an image cut short in its head',
    () => png.subarray(0, 20),
    'lamp.png',
    'image/png',
    415,
    'file_type_mismatch',
  ],
  ['an empty file', () => Buffer.alloc(0), 'lamp.png', 'image/png', 400, 'file_empty'],
])('%s is refused', async (_case, bytes, name, type, status, code) => {
  const { upload, li, path } = await uploader()
  const reply = await upload(bytes(), name, type)
  expect([reply.status, reply.body.error.code]).toEqual([status, code])
  const sha256 = createHash('sha256').update(bytes()).digest('hex')
  expect((await li.get(`${path}/${sha256}`)).status).toBe(404)
})

test('an image of too many pixels is refused before it is decoded', async () => {
  const { upload } = await uploader()
  const huge = await sharp({ create: { width: 1001, height: 1000, channels: 3, background: 'red' } })
    .png()
    .toBuffer()
  const reply = await upload(huge, 'huge.png')
  expect([reply.status, reply.body.error.code]).toEqual([413, 'image_too_many_pixels'])
})

/** Sends 200 MB, and says how much of it had left when the answer came. */
function sendHuge(cookie: string, path: string, announced: boolean) {
  const total = 200_000_000
  return new Promise<{ status?: number; code: string; sent: number }>((resolve, reject) => {
    let sent = 0
    const length = announced ? { 'content-length': total } : {}
    const headers = { origin: world.origin, cookie, 'content-type': 'image/png', ...length }
    const sending = request(world.origin + path, { method: 'POST', headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => {
        const { code } = JSON.parse(Buffer.concat(chunks).toString()).error
        resolve({ status: response.statusCode, code, sent })
        sending.destroy()
      })
    })
    sending.on('error', reject)
    const chunk = Buffer.alloc(1_000_000)
    png.copy(chunk)
    const push = () => {
      while (sent < total && !sending.destroyed) {
        sent += chunk.length
        if (!sending.write(chunk)) return void sending.once('drain', push)
      }
      sending.end()
    }
    push()
  })
}

test.each([
  ['announced', true, 20_000_000],
  ['sent in pieces', false, 80_000_000],
])(
  'an image of 200 MB, %s, is refused before it has arrived, and nothing of it stays',
  async (_how, announced, most) => {
    const { li, path } = await uploader()
    const { status, code, sent } = await sendHuge(li.cookie, path, announced)
    expect([status, code]).toEqual([413, 'file_too_large'])
    expect(sent).toBeLessThan(most)
    expect(await readdir(join(world.folder, 'files', 'unfinished'))).toEqual([])
  },
)

test('a project that is full takes no more; what it has already is no more', async () => {
  const full = await openWorld({ projectBytes: 150 })
  const li = await full.person()
  const { projectId } = await full.project([li, 'owner'])
  const headers = { 'content-type': 'image/png' }
  const path = `/api/projects/${projectId}/files`
  const other = await sharp({ create: { width: 40, height: 40, channels: 3, background: 'blue' } })
    .png()
    .toBuffer()
  expect((await li.post(path, png, headers)).status).toBe(201)
  expect((await li.post(path, other, headers)).body.error.code).toBe('project_full')
  expect((await li.post(path, png, headers)).status).toBe(201)
  await full.close()
})

test('a picture that was changed where it lies is not shown, and sent once more it is whole again', async () => {
  const { li, path, upload } = await uploader()
  const raw = { width: 500, height: 500, channels: 3 } as const
  const large = await sharp(randomBytes(750_000), { raw }).png().toBuffer()
  // one that is sent in several pieces as well, of which nothing may have left
  expect(large.length).toBeGreaterThan(600_000)
  for (const bytes of [png, large]) {
    const { sha256 } = (await upload(bytes, 'lamp.png')).body.file
    const lies = join(world.folder, 'files', sha256.slice(0, 2), sha256.slice(2, 4), sha256)
    const other = Buffer.concat([bytes.subarray(0, -1), Buffer.from('x')])
    await writeFile(lies, other)
    const { status, body } = await li.get(`${path}/${sha256}`)
    expect([status, body.error?.code, body.error?.params.name]).toEqual([409, 'file_broken', 'lamp.png'])
    expect(world.logged.at(-1)).toContain(sha256)
    const whole = async () => {
      expect((await upload(bytes, 'lamp.png')).status).toBe(201)
      const response = await fetch(`${world.origin}${path}/${sha256}`, { headers: { cookie: li.cookie } })
      expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true)
    }
    await whole()
    await rm(lies)
    expect((await li.get(`${path}/${sha256}`)).status).toBe(404)
    await whole()
  }
})

test('a file is not had from another project, nor after leaving', async () => {
  const { li, projectId, path, upload } = await uploader()
  const other = await uploader()
  const { sha256 } = (await upload(png, 'lamp.png')).body.file
  expect((await other.li.get(`${path}/${sha256}`)).status).toBe(404)
  expect((await other.li.get(`${other.path}/${sha256}`)).status).toBe(404)
  expect((await world.browser().get(`${path}/${sha256}`)).status).toBe(401)
  const bo = await world.person()
  const { token } = (await li.post(`/api/projects/${projectId}/invites`, { side: 'design', role: 'viewer' }))
    .body
  await bo.post('/api/invites/accept', { token })
  expect((await bo.get(`${path}/${sha256}`)).status).toBe(200)
  await bo.delete(`/api/projects/${projectId}/members/me`)
  expect((await bo.get(`${path}/${sha256}`)).status).toBe(404)
})

test('where nothing can be written, that is said, and nothing has to be started again', async () => {
  const { upload } = await uploader()
  const unfinished = join(world.folder, 'files', 'unfinished')
  await rm(unfinished, { recursive: true })
  await writeFile(unfinished, '')
  const { status, body } = await upload(png, 'lamp.png')
  expect([status, body.error?.code]).toEqual([503, 'storage_failed'])
  await rm(unfinished)
  await mkdir(unfinished)
  expect((await upload(png, 'lamp.png')).status).toBe(201)
})

test('a name that is not an encoded one is refused', async () => {
  const { li, path } = await uploader()
  const reply = await li.post(path, png, { 'content-type': 'image/png', 'x-file-name': '%E0%A4%A' })
  expect(reply.body.error).toMatchObject({ code: 'invalid_input', params: { field: 'x-file-name' } })
})
