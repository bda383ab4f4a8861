import { join } from 'node:path'
import pg from 'pg'
import pino from 'pino'
import { afterAll, beforeAll, expect, inject, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import * as Y from 'yjs'
import { openPool } from '../../server/db/connect.ts'
import { answerMs } from '../../server/db/probe.ts'
import { DatabaseUnavailable } from '../../server/db/failures.ts'
import { textField } from '../../shared/document/text-field.ts'
import { openProxy } from '../helpers/http/link-proxy.ts'
import { createDocument, createPerson, openRoom, type Person } from '../helpers/people.ts'
import { startServer } from '../helpers/server.ts'
import { until } from '../helpers/until.ts'

type Operation = { 'x-permission': string }

let proxy: Awaited<ReturnType<typeof openProxy>>
let server: Awaited<ReturnType<typeof startServer>>
let person: Person
let documentId: string
let projectId: string

beforeAll(async () => {
  const { host, port } = inject('postgres').app
  proxy = await openProxy(join(host, `.s.PGSQL.${port}`))
  server = await startServer({ connection: (own) => ({ ...own, host: '127.0.0.1', port: proxy.port }) })
  person = await createPerson(server.url)
  ;({ documentId, projectId } = await createDocument(person))
})
afterAll(async () => {
  proxy.thaw()
  proxy.cut()
  await server.close()
  proxy.close()
})

const ready = async () => (await fetch(`${server.url}/readyz`)).status

const upgrade = () =>
  new Promise<number | undefined>((resolve) => {
    const headers = { Cookie: person.cookie, Origin: server.url }
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/api/rooms/${documentId}`, { headers })
    socket.on('error', () => {})
    socket.once('unexpected-response', (_request, { statusCode }) => resolve(statusCode))
    socket.once('open', () => resolve(101))
  })

test('a database that is away is 503, for every route and the upgrade, and all is well when it is back', async () => {
  const { paths } = (await (await fetch(`${server.url}/api/openapi.json`)).json()) as {
    paths: Record<string, Record<string, Operation>>
  }
  expect(await ready()).toBe(200)
  proxy.cut({ staysAway: true })
  const answers: Record<string, number> = {}
  for (const [path, operations] of Object.entries(paths)) {
    for (const [method, { 'x-permission': permission }] of Object.entries(operations)) {
      const address = path.replace('{projectId}', projectId).replace('{documentId}', documentId)
      const body = ['get', 'delete'].includes(method) ? undefined : {}
      const { status } = await person.ask(method.toUpperCase(), address.replace(/\{\w+\}/g, 'x'), body)
      if (permission === 'public' ? status === 500 : status !== 503) answers[`${method} ${path}`] = status
    }
  }
  expect(answers, 'what was not answered with 503').toEqual({})
  const account = { email: 'wu@example.com', name: 'Wu', password: 'tall lamps cast shadows' }
  expect((await person.ask('POST', '/api/accounts', account)).status).toBe(503)
  const signIn = await person.ask<{ error: { code: string } }>('POST', '/api/sessions', account)
  expect([signIn.status, signIn.body.error.code]).toEqual([503, 'storage_failed'])
  const read = await person.ask<{ error: { code: string } }>('GET', `/api/projects/${projectId}`)
  expect([read.status, read.body.error.code]).toEqual([503, 'storage_unreadable'])
  expect(await upgrade()).toBe(503)
  expect(await ready()).toBe(503)
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200)

  proxy.cut()
  await until('the database to be back', async () => (await ready()) === 200)
  expect((await person.ask('GET', `/api/projects/${projectId}`)).status).toBe(200)
  expect(await upgrade()).toBe(101)
})

test('a database that goes away in the middle of an act is 503, and the act is not half done', async () => {
  const { database } = server.database.$client.options
  const client = new pg.Client({ ...inject('postgres').owner, database })
  await client.connect()
  onTestFinished(() => client.end())
  await client.query('begin; lock table projects in exclusive mode')
  const renaming = person.ask('PATCH', `/api/projects/${projectId}`, { name: 'Torch' })
  await until('the act to wait', async () => {
    // or a transaction knows of those only that were there when it first looked
    await client.query('select pg_stat_clear_snapshot()')
    const asked =
      "select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
    return (await client.query(asked)).rows.length > 0
  })
  proxy.cut()
  expect((await renaming).status).toBe(503)
  await client.query('rollback')
  const { name } = await person.get<{ name: string }>(`/api/projects/${projectId}`)
  expect(name).not.toBe('Torch')
})

test('a database that hangs is told by /readyz within 2 s, and so is that it answers again', async () => {
  expect(await ready()).toBe(200)
  proxy.freeze()
  expect(answerMs).toBeLessThan(2_000)
  // nothing else gives up in less than ten seconds
  const asked = performance.now()
  expect(await Promise.all([ready(), ready(), ready()])).toEqual([503, 503, 503])
  expect(performance.now() - asked).toBeLessThan(10_000)
  const again = performance.now()
  expect(await ready()).toBe(503)
  expect(performance.now() - again).toBeLessThan(10_000)
  proxy.thaw()
  await until('the database to answer', async () => (await ready()) === 200)
})

test('a database that answers and commits nothing is told by /readyz, and so is that it goes on', async () => {
  const { provider, doc } = openRoom(person, documentId)
  onTestFinished(() => provider.destroy())
  await until('the text', () => provider.synced)
  const { user, password, database } = server.database.$client.options
  const { host, port } = inject('postgres').app
  const holding = new pg.Client({ user, password, database, host, port })
  await holding.connect()
  onTestFinished(() => holding.end())
  await holding.query('begin')
  await holding.query('lock table document_updates in share mode')
  doc.getXmlFragment(textField).push([new Y.XmlElement('paragraph')])
  await until('nothing to be committed for too long', async () => (await ready()) === 503)
  await holding.query('rollback')
  await until('it to be committed', async () => (await ready()) === 200)
})

test('a request waits for a database that hangs for a bounded time, and its connection is not used again', async () => {
  const { user, password, database } = server.database.$client.options
  const connection = { user, password, database, host: '127.0.0.1', port: proxy.port }
  const pool = openPool(connection, pino({ level: 'silent' }), { silenceMs: 300 })
  onTestFinished(() => pool.end())
  expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }])
  proxy.freeze()
  const asked = performance.now()
  await expect(pool.query('select 1')).rejects.toThrow(DatabaseUnavailable)
  expect(performance.now() - asked).toBeLessThan(10_000)
  proxy.thaw()
  expect((await pool.query('select 2 as two')).rows).toEqual([{ two: 2 }])
})
