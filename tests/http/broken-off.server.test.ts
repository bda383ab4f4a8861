import { connect } from 'node:net'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createPerson, ownPage, password } from '../helpers/people.ts'
import { startServer } from '../helpers/server.ts'
import { until } from '../helpers/until.ts'
import { openWorld, type World } from '../helpers/access/world.ts'

let world: World
beforeAll(async () => (world = await openWorld()))
afterAll(() => world.close())

test.each(['application/json', 'image/png'])(
  'whoever breaks off within a body of %s is no fault in the log',
  async (type) => {
    const before = world.logged.length
    const person = await world.person()
    const { projectId } = await world.project([person, 'owner'])
    const path = type === 'image/png' ? `/api/projects/${projectId}/files` : '/api/projects'
    const asked = vi.spyOn(world.database.$client, 'query')
    const socket = connect(Number(new URL(world.origin).port), '127.0.0.1')
    socket.on('error', () => {})
    socket.write(
      [
        `POST ${path}?name=x.png HTTP/1.1`,
        `Host: ${new URL(world.origin).host}`,
        `Origin: ${world.origin}`,
        `Cookie: ${person.cookie}`,
        `Content-Type: ${type}`,
        'Content-Length: 1000',
        '',
        '{"name": "a lamp that never',
      ].join('\r\n'),
    )
    await until('it to be looked at', () => asked.mock.calls.length > 0)
    asked.mockRestore()
    socket.resetAndDestroy()
    await until('its line in the log', () =>
      world.logged.slice(before).some((line) => line.includes('"request"')),
    )
    const levels = world.logged
      .slice(before)
      .map((line) => JSON.parse(line) as { level: number; msg: string })
    expect(levels.filter(({ level }) => level > 30)).toEqual([])
  },
)

test('whoever leaves while their request waits for its turn is no fault in the log', async () => {
  const server = await startServer({ limits: { passwordsAtOnce: 1 }, logLevel: 'info' })
  try {
    const { user } = await createPerson(server.url)
    const signIn = (signal?: AbortSignal) =>
      fetch(`${server.url}/api/sessions`, {
        method: 'POST',
        headers: { ...ownPage(server.url), 'Content-Type': 'application/json' },
        body: JSON.stringify({ email: user.email, password }),
        ...(signal && { signal }),
      })
    // those who wait may all have come too late to wait, or had their turn already: then others come
    const line = await until('its line in the log', async () => {
      const leaves = new AbortController()
      const first = signIn()
      const others = Array.from({ length: 8 }, () => signIn(leaves.signal))
      const waiting = others.map((reply) => reply.catch(() => null))
      await first
      leaves.abort()
      await Promise.all(waiting)
      return server.logged.find((one) => one.includes('request broken off'))
    })
    expect(JSON.parse(line)).toMatchObject({ level: 30 })
    expect(server.logged.filter((one) => one.includes('request failed'))).toEqual([])
  } finally {
    await server.close()
  }
})
