import { AsyncLocalStorage } from 'node:async_hooks'
import type { Context, Next } from 'hono'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { RunningServer } from '../../server/open-server.ts'
import { patchQueries } from '../helpers/db/patched-queries.ts'
import { answerTo } from '../helpers/access/acts-answer.ts'
import { inProject, ofPeople } from '../helpers/access/acts.ts'
import { openPlace } from '../helpers/access/acts-place.ts'
import { openWorld } from '../helpers/access/world.ts'
import { startServer } from '../helpers/server.ts'
import { lampProject } from '../helpers/signoff/lamp-project.ts'

/**
 * What a request did is done once its transaction is committed: when the first statement after that fails, as the
 * database went away, the reply must not deny the act. Every statement of a real server's requests is watched.
 */

interface Asked {
  /** The database goes away behind the first commit of something that was written. */
  isAway: boolean
}

const asked = new AsyncLocalStorage<Asked>()

vi.mock('../../server/http/route.ts', async (original) => {
  const real = await original<typeof import('../../server/http/route.ts')>()
  const declareRoute: typeof real.declareRoute = (permission, config) => {
    const route = real.declareRoute(permission, config)
    const { middleware } = route
    route.middleware = (c: Context, next: Next) => middleware(c, () => asked.run({ isAway: false }, next))
    return route
  }
  return { ...real, declareRoute }
})

const writes = /^\s*(?:with [\s\S]*? )?(?:insert into|update|delete from) /i
/** Connections within a transaction that has written. */
const writing = new WeakSet<object>()
/** How many statements of requests have failed. */
let failed = 0
let isArmed = false

/** What is done instead of a statement: the failure that a request behind its commit meets; undefined: nothing. */
function failureOf(client: object, statement: string): Error | undefined {
  // a connection whose transaction did not begin would never be given back
  const isFraming = /^\s*(begin|rollback$)/i.test(statement)
  if (isArmed && asked.getStore()?.isAway && !isFraming) {
    failed++
    return Object.assign(new Error('terminating connection'), { code: '57P01' })
  }
  if (isFraming) writing.delete(client)
  if (writes.test(statement)) writing.add(client)
  return undefined
}

function noteEnd(client: object, statement: string): void {
  const request = asked.getStore()
  if (request && /^\s*commit/i.test(statement) && writing.has(client)) request.isAway = true
}

let server: RunningServer
let restore: () => void
beforeAll(async () => {
  server = await startServer({ isAllowedAddress: () => true })
  restore = patchQueries(({ client, text = '', done, run }) => {
    const failure = failureOf(client, text)
    if (failure && done) return void process.nextTick(() => done(failure))
    if (failure) return Promise.reject(failure)
    const result = run()
    if (!(result instanceof Promise)) return result
    return result.then((rows: unknown) => {
      noteEnd(client, text)
      return rows
    })
  })
})
afterAll(async () => {
  restore()
  await server.close()
})

/** Whoever signs in is told that they are not, and signs in again: nothing is done twice by that. */
const signIn = 'POST /api/sessions'

const rows = Object.entries({ ...inProject, ...ofPeople })
  .filter(([route]) => !route.startsWith('GET ') && route !== signIn)
  .flatMap(([route, each]) =>
    each.filter(([, answers]) => answers.startsWith('ok')).map((row) => [route, row[0], row] as const),
  )

/** Routes that were told as done though what came after their commit failed. */
const toldDone = new Set<string>()

test.each(rows)('%s: %s', async (route, _what, row) => {
  const place = await openPlace(server, 'owner')
  isArmed = false
  failed = 0
  const answer = await answerTo(place, route, row, () => (isArmed = true))
  isArmed = false
  expect(['ok', 'done_unread'], route).toContain(answer)
  if (failed > 0) toldDone.add(route)
})

test('acts of review and of signing were among those that failed behind their commit', () => {
  const ofProject = '/api/projects/{projectId}'
  expect([...toldDone]).toEqual(
    expect.arrayContaining([
      `POST ${ofProject}/revisions`,
      `POST ${ofProject}/revisions/{revisionId}/signatures`,
      `POST ${ofProject}/revisions/{revisionId}/withdraw`,
      `PATCH ${ofProject}/threads`,
      `PATCH ${ofProject}/threads/{threadId}`,
      `POST ${ofProject}/threads/{threadId}/comments`,
      `PATCH ${ofProject}/threads/{threadId}/comments/{commentId}`,
      `DELETE ${ofProject}/threads/{threadId}/comments/{commentId}`,
      `POST ${ofProject}/threads/{threadId}/accept`,
      `POST ${ofProject}/reviews`,
    ]),
  )
})

test('who is in the project reads anew what could not be told', async () => {
  const world = await openWorld()
  const { maker, projectId, put, sign } = await lampProject(world)
  const revision = await put()
  world.events.length = 0
  isArmed = true
  const { status, body } = await sign(maker, revision)
  isArmed = false
  expect([status, body.error.code]).toEqual([500, 'done_unread'])
  expect(world.events).toContainEqual({ projectId, type: 'project.changed' })
  expect((await sign(maker, revision)).body.error.code).toBe('already_signed')
  await world.close()
})
