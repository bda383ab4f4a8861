import { gunzipSync } from 'node:zlib'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { asOwner } from '../helpers/db/database.ts'
import { sendRaw } from '../helpers/http/raw-request.ts'
import { until } from '../helpers/until.ts'
import { openWorld, type World } from '../helpers/access/world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

const wrong = { email: 'nobody@example.com', password: 'whatever it is' }
const signIn = (headers: Record<string, string>, body: unknown = wrong) =>
  fetch(`${world.origin}/api/sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
const codeOf = async (response: Response) => (await response.json()).error.code

describe('a request that changes something comes from our own pages', () => {
  test.each([
    ['a foreign Origin', { origin: 'https://evil.test' }],
    ['the opaque Origin', { origin: 'null' }],
    ['neither Origin nor Sec-Fetch-Site', {}],
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['a sibling site', { 'sec-fetch-site': 'same-site' }],
    ['an address that was typed', { 'sec-fetch-site': 'none' }],
    [
      'a foreign Origin that claims to be the same',
      { origin: 'https://evil.test', 'sec-fetch-site': 'same-origin' },
    ],
  ])('%s is refused', async (_case, headers) => {
    const response = await signIn(headers)
    expect([response.status, await codeOf(response)]).toEqual([403, 'foreign_origin'])
  })

  test('our own Origin, or Sec-Fetch-Site same-origin, is let through', async () => {
    expect(await codeOf(await signIn({ origin: world.origin }))).toBe('wrong_credentials')
    expect(await codeOf(await signIn({ 'sec-fetch-site': 'same-origin' }))).toBe('wrong_credentials')
  })

  test('our Origin and a foreign Sec-Fetch-Site do not go together', async () => {
    const response = await signIn({ origin: world.origin, 'sec-fetch-site': 'cross-site' })
    expect(await codeOf(response)).toBe('foreign_origin')
  })
})

test.each([
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'image/png',
])('a body of type %s is not read as JSON', async (type) => {
  const response = await signIn({ origin: world.origin, 'content-type': type })
  expect([response.status, await codeOf(response)]).toEqual([415, 'wrong_content_type'])
})

test('damaged JSON, a missing body and a NUL in a text are refused in words', async () => {
  expect(await codeOf(await signIn({ origin: world.origin }, '{"email":'))).toBe('malformed_json')
  expect(await codeOf(await signIn({ origin: world.origin }, ''))).toMatch(/malformed_json|invalid_input/)
  const li = await world.person()
  expect((await li.post('/api/projects', { name: 'a\u0000b' })).body.error.code).toBe('invalid_input')
  expect((await li.get('/api/projects/%00')).status).toBe(400)
})

test('a JSON body past the limit is refused, announced or not', async () => {
  const huge = JSON.stringify({ email: 'x'.repeat(world.limits.bodyBytes), password: '' })
  expect(await codeOf(await signIn({ origin: world.origin }, huge))).toBe('too_large')
  const pieces = new ReadableStream({
    start(controller) {
      for (let at = 0; at < huge.length; at += 65_536) {
        controller.enqueue(new TextEncoder().encode(huge.slice(at, at + 65_536)))
      }
      controller.close()
    },
  })
  const response = await fetch(`${world.origin}/api/sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: world.origin },
    body: pieces,
    duplex: 'half',
  } as RequestInit)
  expect([response.status, await codeOf(response)]).toEqual([413, 'too_large'])
})

describe('what a stranger sends is hardly listened to', () => {
  /** The status of what is answered to a request that never sends the rest of its body. */
  function statusOfUnfinished(path: string, header: string, begun: string): Promise<number> {
    const { hostname, port, host } = new URL(world.origin)
    const head = `POST ${path} HTTP/1.1\r\nHost: ${host}\r\nOrigin: ${world.origin}\r\nContent-Type: application/json`
    return new Promise((resolve, reject) => {
      const socket = connect(Number(port), hostname, () => {
        socket.write(`${head}\r\n${header}\r\n\r\n${begun}`)
      })
      socket.on('error', reject)
      socket.once('data', (answer) => {
        socket.destroy()
        resolve(Number(/^HTTP\/1\.1 (\d{3})/.exec(answer.toString('latin1'))?.[1]))
      })
    })
  }

  test.each([
    '/api/sessions',
    '/api/accounts',
    '/api/guests/look',
    '/api/guests/enter',
    '/api/email-confirmations/look',
    '/api/email-confirmations',
  ])('%s takes a few kilobytes', async (path) => {
    const { publicBodyBytes } = world.limits
    const reply = await world.browser().post(path, { token: 'x'.repeat(publicBodyBytes) })
    expect([reply.status, reply.body.error.code]).toEqual([413, 'too_large'])
    expect(reply.body.error.params).toEqual({ limit: publicBodyBytes })
    expect(await statusOfUnfinished(path, `Content-Length: ${publicBodyBytes + 1}`, '{')).toBe(413)
    const chunk = ' '.repeat(publicBodyBytes + 1)
    const begun = `${chunk.length.toString(16)}\r\n${chunk}\r\n`
    expect(await statusOfUnfinished(path, 'Transfer-Encoding: chunked', begun)).toBe(413)
  })

  test('where a session is needed a body is not waited for without one', async () => {
    expect(await statusOfUnfinished('/api/projects', 'Content-Length: 1000000', '{')).toBe(401)
    expect(await statusOfUnfinished('/api/projects', 'Transfer-Encoding: chunked', '1\r\n{\r\n')).toBe(401)
  })

  test('a member may send more', async () => {
    const li = await world.person()
    const name = 'x'.repeat(world.limits.publicBodyBytes)
    expect((await li.post('/api/projects', { name })).body.error.code).toBe('invalid_input')
  })
})

describe('bodies on their way in', () => {
  /** Sends the beginning of a request and nothing more; `closed` resolves when the server has ended it. */
  function beginBody(origin: string, cookie: string, { path, type, length }: Record<string, string>) {
    const { hostname, port, host } = new URL(origin)
    const head = [
      `POST ${path} HTTP/1.1`,
      `Host: ${host}`,
      `Origin: ${origin}`,
      `Cookie: ${cookie}`,
      `Content-Type: ${type}`,
      `Content-Length: ${length}`,
    ].join('\r\n')
    const socket = connect(Number(port), hostname, () => socket.write(`${head}\r\n\r\n{`))
    socket.on('error', () => {})
    let isAnswered = false
    socket.on('data', () => (isAnswered = true))
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
    return { socket, closed, isAnswered: () => isAnswered }
  }

  test('that stop coming are broken off, JSON and pictures alike, and others are served', async () => {
    const strict = await openWorld({ slowBodyMs: 200 })
    const li = await strict.person()
    const { body: project } = await li.post('/api/projects', { name: 'Lamp' })
    const begun = [
      beginBody(strict.origin, li.cookie, {
        path: '/api/projects',
        type: 'application/json',
        length: '1000000',
      }),
      beginBody(strict.origin, li.cookie, {
        path: `/api/projects/${project.id}/files`,
        type: 'image/png',
        length: '20000000',
      }),
    ]
    expect((await strict.browser().get('/healthz')).status).toBe(200)
    await Promise.all(begun.map(({ closed }) => closed))
    expect((await li.get('/api/accounts/me')).status).toBe(200)
    await strict.close()
  })

  test('are whole within a time, however steadily they come; a picture may take longer', async () => {
    const strict = await openWorld({ jsonBodyMs: 400 })
    const li = await strict.person()
    const { body: project } = await li.post('/api/projects', { name: 'Lamp' })
    const json = beginBody(strict.origin, li.cookie, {
      path: '/api/projects',
      type: 'application/json',
      length: '1000000',
    })
    const picture = beginBody(strict.origin, li.cookie, {
      path: `/api/projects/${project.id}/files`,
      type: 'image/png',
      length: '20000000',
    })
    const steadily = setInterval(() => {
      for (const { socket } of [json, picture]) socket.write(' '.repeat(2_000))
    }, 20)
    await json.closed
    clearInterval(steadily)
    expect(picture.socket.destroyed).toBe(false)
    picture.socket.destroy()
    await strict.close()
  })

  test('are bounded by network: one more of a megabyte is refused at once, a small one is taken', async () => {
    const strict = await openWorld({ bodyBytesPerNetwork: 2_500_000 })
    const li = await strict.person()
    const large = { path: '/api/projects', type: 'application/json', length: '1000000' }
    const begin = () => beginBody(strict.origin, li.cookie, large)
    const begun = [begin(), begin()]
    const third = await until('a third one to be refused', async () => {
      // the one that came while we asked was the third
      for (const [at, one] of begun.entries()) if (one.isAnswered()) begun[at] = begin()
      const reply = await li.post('/api/projects', { name: 'x'.repeat(1_000_000) })
      return reply.status === 429 && reply
    })
    expect(third.body.error).toMatchObject({ code: 'too_many_requests', params: { seconds: 1 } })
    expect((await li.post('/api/projects', { name: 'Lamp' })).status).toBe(201)
    for (const { socket } of begun) socket.destroy()
    await until('the others to be forgotten', async () => {
      const reply = await li.post('/api/projects', { name: 'x'.repeat(1_000_000) })
      return reply.status !== 429
    })
    await strict.close()
  })

  test('are counted also when they are small', async () => {
    const strict = await openWorld({ bodyBytesPerNetwork: 100_000 })
    const li = await strict.person()
    const small = { path: '/api/projects', type: 'application/json', length: '40000' }
    const begun = [1, 2].map(() => beginBody(strict.origin, li.cookie, small))
    const ask = () => li.post('/api/projects', { name: 'x'.repeat(40_000) })
    const refused = await until('a third one to be refused', async () => {
      const reply = await ask()
      return reply.status === 429 && reply
    })
    expect(refused.body.error.code).toBe('too_many_requests')
    for (const { socket } of begun) socket.destroy()
    await until('the others to be forgotten', async () => (await ask()).status !== 429)
    await strict.close()
  })
})

test('replies are not kept, and carry the id under which the log has them', async () => {
  const reply = await world.browser().get('/api/accounts/me')
  expect(reply.headers.get('cache-control')).toBe('no-store')
  const id = reply.headers.get('x-request-id')!
  expect(reply.body.error.requestId).toBe(id)
  expect(world.logged.filter((line) => line.includes(id)).length).toBeGreaterThan(0)
})

test('a request’s id is made here; one that the client sends is not taken', async () => {
  const reply = await world.browser().get('/healthz', { headers: { 'x-request-id': 'chosen' } })
  expect(reply.headers.get('x-request-id')).not.toBe('chosen')
})

test('what is not there is answered in the same form', async () => {
  for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
    const reply = await world.browser().ask(method, '/api/no/such/thing')
    expect([reply.status, reply.body.error.code]).toEqual([404, 'not_found'])
  }
})

test('an unexpected failure is logged under its id and tells the client nothing of its cause', async () => {
  const broken = await openWorld()
  const li = await broken.person()
  await asOwner(broken.database).execute('alter table projects rename to elsewhere')
  const reply = await li.post('/api/projects', { name: 'a very secret lamp' })
  expect([reply.status, reply.body.error.code, reply.body.error.params]).toEqual([500, 'internal', {}])
  const line = broken.logged.find((one) => one.includes('request failed'))!
  await broken.close()
  expect(line).toContain(reply.body.error.requestId)
  expect(line).toContain('relation \\"projects\\" does not exist')
  expect(line).not.toContain('a very secret lamp')
})

test('alive, ready and measured', async () => {
  expect((await world.browser().get('/healthz')).body).toEqual({ ok: true })
  expect((await world.browser().get('/readyz')).body).toEqual({ ok: true })
  expect((await world.browser().get('/metrics')).body).toContain(
    'http_request_duration_seconds_count{method="GET",route="/healthz",status="200"}',
  )
})

describe('/metrics is for who sends the token, and for this machine itself', () => {
  const token = 'a token of the operator'
  let guarded: World
  beforeAll(async () => (guarded = await openWorld({}, null, token)))
  afterAll(() => guarded.close())

  const forwarding = [
    ['Forwarded', 'for=203.0.113.9'],
    ['X-Forwarded-For', '203.0.113.9'],
    ['X-Forwarded-Proto', 'https'],
    ['X-Forwarded-Host', 'review.example.com'],
    ['Via', '1.1 proxy'],
    ['X-Real-IP', '203.0.113.9'],
  ] as const

  test.each(forwarding)('refused when a proxy passed it on: %s', async (name, value) => {
    for (const one of [world, guarded]) {
      const reply = await one.browser().get('/metrics', { headers: { [name]: value } })
      expect([reply.status, reply.body.error.code]).toEqual([403, 'not_allowed'])
    }
    const guessed = { [name]: value, Authorization: `Bearer ${token}x` }
    expect((await guarded.browser().get('/metrics', { headers: guessed })).status).toBe(403)
    const right = { [name]: value, Authorization: `Bearer ${token}` }
    expect((await guarded.browser().get('/metrics', { headers: right })).status).toBe(200)
  })

  test('refused over HTTP/1.0, by which nginx passes on what it adds no header to', async () => {
    const port = Number(new URL(world.origin).port)
    expect(await sendRaw(port, 'GET /metrics HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n')).toEqual([403])
    expect(await sendRaw(port, 'GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n')).toEqual([200])
  })

  test.each([
    ['PUBLIC_URL', 'https://review.example.com', []],
    ['TRUSTED_PROXIES', null, ['10.0.0.1']],
  ] as const)(
    'where %s is set, only for the token: a proxy by HTTP/1.1 need not add a header',
    async (_set, publicUrl, proxies) => {
      const one = await openWorld({}, publicUrl, token, [...proxies])
      const reply = await one.browser().get('/metrics')
      const headers = { Authorization: `Bearer ${token}` }
      const right = await one.browser().get('/metrics', { headers })
      await one.close()
      expect([reply.status, reply.body.error?.code, right.status]).toEqual([403, 'not_allowed', 200])
    },
  )

  test('without a token of ours no token is one', async () => {
    for (const given of ['Bearer null', 'Bearer ', 'Bearer undefined', '']) {
      const headers = { Via: '1.1 proxy', Authorization: given }
      expect((await world.browser().get('/metrics', { headers })).status).toBe(403)
    }
  })
})

test.each(['/healthz', '/api/accounts/me', '/api/no/such/thing', '/api/openapi.json'])(
  'every reply carries the security headers: %s',
  async (path) => {
    const { headers } = await world.browser().get(path)
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('referrer-policy')).toBe('same-origin')
    expect(headers.get('x-frame-options')).toBe('DENY')
    const policy = headers.get('content-security-policy')!
    expect(policy).toMatch(/default-src '(self|none)'/)
    expect(policy).toMatch(/frame-ancestors 'none'/)
    expect(policy).not.toMatch(/unsafe|\*/)
    expect(headers.get('strict-transport-security')).toBeNull()
  },
)

test('the description of the interface is written once, and sent packed, or not again', async () => {
  const ask = async (headers: Record<string, string>) =>
    world.app.request(`${world.origin}/api/openapi.json`, { headers }, { incoming: { socket: {} } })
  const first = await ask({ 'Accept-Encoding': 'gzip' })
  const etag = first.headers.get('etag')!
  expect([first.status, first.headers.get('content-encoding')]).toEqual([200, 'gzip'])
  const plain = await ask({ 'Accept-Encoding': 'identity' })
  expect(gunzipSync(await first.arrayBuffer()).toString()).toBe(await plain.text())
  expect(plain.headers.get('content-encoding')).toBeNull()
  const again = await ask({ 'If-None-Match': etag })
  expect([again.status, await again.text()]).toEqual([304, ''])
})

test('by https browsers are told to stay with it', async () => {
  const secure = await openWorld({}, 'https://review.example.com')
  const { headers } = await secure.browser().get('/api/accounts/me')
  await secure.close()
  expect(headers.get('strict-transport-security')).toMatch(/max-age=31536000/)
})
