import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import { holdLock, waitingForLocks } from '../helpers/locks.ts'
import { ourQuery } from '../helpers/http/our-query.ts'
import { createDocument, createPerson, personWith, type Person } from '../helpers/people.ts'
import { seededRandom } from '../helpers/seeded-random.ts'
import { startServer } from '../helpers/server.ts'
import { until } from '../helpers/until.ts'
import { fuzzRequest } from '../helpers/http/fuzzed-requests.ts'
import { sendRaw } from '../helpers/http/raw-request.ts'

const requests = Number(process.env.FUZZ_REQUESTS ?? 2_000)
const seed = Number(process.env.FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 32))
/** So many strangers at the same moment: with more, a busy machine is not waited for. */
const atOnce = 8
const socketsPerUser = 2

type Server = Awaited<ReturnType<typeof startServer>>

let server: Server
let port: number
let person: Person
let documentId: string
/** What nobody caught: in a process of its own each of these is its end. */
const uncaught: unknown[] = []
const note = (failure: unknown) => void uncaught.push(failure)

beforeAll(async () => {
  process.on('uncaughtExceptionMonitor', note)
  server = await startServer({ limits: { socketsPerUser } })
  port = Number(new URL(server.url).port)
  person = await createPerson(server.url)
  documentId = (await createDocument(person)).documentId
})
afterAll(async () => {
  process.off('uncaughtExceptionMonitor', note)
  await server.close()
  expect(uncaught).toEqual([])
})

function openSocket(url = server.url, { cookie } = person, roomId = documentId): WebSocket {
  const headers = { Cookie: cookie, Origin: url }
  return new WebSocket(`${url.replace('http', 'ws')}/api/rooms/${roomId}${ourQuery}`, { headers })
}

/** A member's open socket, which must be there as it was when the test ends. */
async function bystander(): Promise<WebSocket> {
  const socket = openSocket()
  await until('the member’s socket', () => socket.readyState === WebSocket.OPEN)
  return socket
}

async function stillThere(socket: WebSocket): Promise<void> {
  const answered = new Promise((resolve) => socket.once('pong', resolve))
  socket.ping()
  await answered
  expect(socket.readyState).toBe(WebSocket.OPEN)
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
  expect(uncaught).toEqual([])
  socket.close()
  await until('its place to be free', () => socket.readyState === WebSocket.CLOSED)
}

const upgradeOf = (target: string, headers: string[] = [], at = port) =>
  [
    `GET ${target} HTTP/1.1`,
    `Host: 127.0.0.1:${at}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    ...headers,
    '',
    '',
  ].join('\r\n')

/** Holds up every look at a session until it is released: admission waits for the database meanwhile. */
const holdSessions = ({ database }: Server) =>
  holdLock(database, 'lock table sessions in access exclusive mode')

describe('security 39: what a stranger sends at the door ends at most their own socket', () => {
  test.each([
    '//',
    '//[',
    'http://[',
    'http://',
    '*',
    '/',
    '/api/rooms/',
    '/api/rooms/a/b',
    'ws:',
    '%',
    '/\\',
    '?',
    '#',
  ])('an upgrade of the target %s is answered with 400 or 404', async (target) => {
    const member = await bystander()
    const [status] = await sendRaw(port, upgradeOf(target, [`Origin: ${server.url}`]))
    expect([400, 404]).toContain(status)
    await stillThere(member)
  })

  test.each(['//', '//[', 'http://[', 'https://x:99999', '*', '/%', '/%00', '/api/projects/%E0%A4%A', '/\\'])(
    'a plain request for %s is answered, and is no 500',
    async (target) => {
      for (const method of ['GET', 'POST', 'OPTIONS', 'PROPFIND']) {
        const head = `${method} ${target} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Length: 0\r\n\r\n`
        const [status] = await sendRaw(port, head)
        expect(status, method).toBeGreaterThanOrEqual(200)
        expect(status, method).toBeLessThan(500)
      }
    },
  )

  test('a room’s address may be absolute, as a proxy writes it', async () => {
    const target = `${server.url}/api/rooms/${documentId}${ourQuery}`
    const headers = [`Origin: ${server.url}`, `Cookie: ${person.cookie}`]
    expect(await sendRaw(port, upgradeOf(target, headers))).toEqual([101])
  })

  test.each([
    '=;;%E0%A4%A',
    'session=%E0%A4%A',
    '%E0%A4%A=x; a=b',
    'session',
    'session=%',
    'session=a; session=b',
    `session=${'A'.repeat(43)}; device=%ff`,
  ])('the malformed cookie %s is nobody’s session: 401, by HTTP and at an upgrade', async (cookie) => {
    expect((await personWith(server.url, cookie, person.user).ask('GET', '/api/projects')).status).toBe(401)
    const headers = [`Origin: ${server.url}`, `Cookie: ${cookie}`]
    expect(await sendRaw(port, upgradeOf(`/api/rooms/${documentId}`, headers))).toEqual([401])
  })

  test('a malformed cookie beside one’s own does not sign out', async () => {
    const cookie = `x=%E0%A4%A; ${person.cookie}`
    expect((await personWith(server.url, cookie, person.user).ask('GET', '/api/projects')).status).toBe(200)
  })

  test('a TCP reset at each step of an upgrade, also while admission waits for the database, frees the place', async () => {
    const member = await bystander()
    const release = await holdSessions(server)
    const head = upgradeOf(`/api/rooms/${documentId}${ourQuery}`, [
      `Origin: ${server.url}`,
      `Cookie: ${person.cookie}`,
    ])
    const strangers: Socket[] = []
    for (let at = 0; at < 40; at++) {
      const socket = connect(port, '127.0.0.1')
      socket.on('error', () => {})
      strangers.push(socket)
      // the first send a part of the request, the others all of it
      const sent = at < 10 ? head.slice(0, (head.length * at) / 10) : head
      await new Promise<void>((resolve) => socket.write(sent, () => resolve()))
    }
    // those of one network take turns there, and what is asked at once is asked as one: one that waits is enough
    await until('one to wait for the database', async () => (await waitingForLocks(server.database)) > 0)
    for (const socket of strangers) socket.resetAndDestroy()
    // what came after the resets was answered, so they have come
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
    await release()
    // one place of two is the member's; the other is free for a new one
    const next = openSocket()
    next.on('error', () => {})
    await until('a place', () => next.readyState === WebSocket.OPEN)
    next.close()
    await stillThere(member)
  })

  test(`${requests} fuzzed request lines, upgrades and cookies: no 500, no crash, nobody else is cut off`, async () => {
    const member = await bystander()
    const random = seededRandom(seed)
    const failures: string[] = []
    let answered = 0
    let left = requests
    const keepSending = async () => {
      while (left-- > 0) {
        const bytes = fuzzRequest(random, port)
        const statuses = await sendRaw(port, bytes)
        answered += statuses.length
        if (statuses.some((status) => status >= 500))
          failures.push(`${statuses.join()}: ${bytes.toString('latin1')}`)
      }
    }
    await Promise.all(Array.from({ length: atOnce }, keepSending))
    expect(failures.slice(0, 3), `seed ${seed}`).toEqual([])
    expect(uncaught, `seed ${seed}`).toEqual([])
    expect(answered).toBeGreaterThan(requests / 2)
    await stillThere(member)
  }, 90_000)
})

test('security 39: who sends very many requests without waiting for replies is left; a few are answered in turn', async () => {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  const closed = new Promise((resolve) => socket.once('close', resolve))
  socket.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(2_000))
  let answer = ''
  socket.on('data', (came) => (answer += String(came)))
  await closed
  expect(answer.split('HTTP/1.1 ').length).toBeLessThan(10)
  // a reply may be whole for its reader before it is for us: what comes then waits
  const hasty = connect(port, '127.0.0.1')
  let answers = ''
  hasty.on('data', (came) => (answers += String(came)))
  hasty.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(4))
  await until('four answers', () => answers.split('HTTP/1.1 200').length === 5)
  hasty.destroy()
  // one after the other over one connection is what browsers do
  const patient = connect(port, '127.0.0.1')
  for (let turn = 0; turn < 5; turn++) {
    const reply = new Promise<string>((resolve) => patient.once('data', (came) => resolve(String(came))))
    patient.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n')
    expect(await reply).toMatch(/^HTTP\/1.1 200/)
  }
  patient.destroy()
})

test('security 39: a network that asks far too often is told so at once, whatever it asks for, and no other is', async () => {
  const strict = await startServer({ limits: { requestsPerMinute: 2 }, trustedProxies: ['127.0.0.1'] })
  const ask = async (from: string, path: string) =>
    (await fetch(strict.url + path, { headers: { 'x-forwarded-for': from } })).status
  const statuses: number[] = []
  for (let i = 0; i < 25; i++) statuses.push(await ask('192.0.2.1', '/healthz'))
  expect(statuses).toEqual([...Array(20).fill(200), ...Array(5).fill(429)])
  expect(await ask('192.0.2.2', '/healthz')).toBe(200)
  await strict.close()
  // without a proxy between, who is far over it is not even listened to
  const plain = await startServer({ limits: { requestsPerMinute: 2 } })
  for (let i = 0; i < 21; i++) await fetch(`${plain.url}/healthz`)
  const request = 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n'
  expect(await sendRaw(Number(new URL(plain.url).port), request)).toEqual([])
  await plain.close()
})

test('a request whose head does not end is broken off, however steadily it comes', async () => {
  const strict = await startServer({ limits: { requestHeadMs: 300 } })
  const socket = connect(Number(new URL(strict.url).port), '127.0.0.1')
  socket.on('error', () => {})
  const closed = new Promise((resolve) => socket.once('close', resolve))
  socket.write(`GET /healthz HTTP/1.1\r\nHost: localhost\r\n`)
  const steadily = setInterval(() => socket.write('X-More: 1\r\n'), 50)
  socket.resume()
  await closed
  clearInterval(steadily)
  expect((await fetch(`${strict.url}/healthz`)).status).toBe(200)
  await strict.close()
})

test('a joiner who is let in while the server stops is sent away, and does not keep it', async () => {
  const stopping = await startServer()
  const own = await createPerson(stopping.url)
  const { documentId: roomId } = await createDocument(own)
  const release = await holdSessions(stopping)
  const joiner = openSocket(stopping.url, own, roomId)
  const answered = new Promise((resolve) => {
    joiner.once('unexpected-response', (_request, { statusCode }) => resolve(statusCode))
    joiner.once('open', () => resolve('open'))
    joiner.on('error', resolve)
  })
  await until('its admission to wait', async () => (await waitingForLocks(stopping.database)) > 0)
  const closed = stopping.close()
  await release()
  expect(await answered).toBe(503)
  // it does not wait for the joiner to leave
  await closed
})

test('security 36: each refusal at the door has an id, under which the log has it', async () => {
  const answer = await new Promise<string>((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(upgradeOf('//[')))
    let text = ''
    socket.on('data', (chunk) => (text += chunk.toString()))
    socket.on('close', () => resolve(text))
  })
  const { error } = JSON.parse(answer.split('\r\n\r\n')[1]!) as { error: { code: string; requestId: string } }
  expect(error.code).toBe('not_found')
  expect(error.requestId).toMatch(/^[\w-]{16,}$/)
})

test('an address whose upgrades were refused too often is refused before anything is looked up; who is let in is not counted', async () => {
  const strict = await startServer({ limits: { requestsPerMinute: 20 } })
  onTestFinished(() => strict.close())
  const own = await createPerson(strict.url)
  const { documentId: roomId } = await createDocument(own)
  const strictPort = Number(new URL(strict.url).port)
  const ask = (cookie: string) =>
    sendRaw(
      strictPort,
      upgradeOf(`/api/rooms/${roomId}`, [`Origin: ${strict.url}`, `Cookie: ${cookie}`], strictPort),
    )
  for (let at = 0; at < 30; at++) expect(await ask(own.cookie)).toEqual([101])
  for (let at = 0; at < 20; at++) expect(await ask(`session=${'A'.repeat(43)}`)).toEqual([401])
  expect(await ask(`session=${'A'.repeat(43)}`)).toEqual([429])
})
