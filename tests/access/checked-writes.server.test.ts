import { AsyncLocalStorage } from 'node:async_hooks'
import type { Context, Next } from 'hono'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Database, Transaction } from '../../server/db/database.ts'
import type { RunningServer } from '../../server/open-server.ts'
import { patchQueries } from '../helpers/db/patched-queries.ts'
import { startServer } from '../helpers/server.ts'
import { answerTo } from '../helpers/access/acts-answer.ts'
import { inProject, ofPeople } from '../helpers/access/acts.ts'
import { openPlace } from '../helpers/access/acts-place.ts'

/**
 * Rule 8: what a request writes is written in a transaction that looks again whether who asked still may (`stillMay`),
 * or it is in the list below with the reason. Every statement of the real server is watched.
 */

const giveUp = 'whoever ends a session gives something up, which nobody is refused'

/** Tables that a route writes without looking again (none: it writes nothing itself), and why that is right. */
const exceptions: Record<string, { tables: string[]; because: string }> = {
  'POST /api/projects/{projectId}/webhooks/{webhookId}/test': {
    tables: ['deliveries'],
    because: 'the message has been sent, and its receiver may have it: the list tells so',
  },
  'POST /api/documents/{documentId}/versions/{versionId}/restore': {
    tables: [],
    because: 'the room commits the edit, and looks again before it does (suspension.server.test.ts)',
  },
  'PUT /api/accounts/me/password': { tables: ['sessions'], because: giveUp },
  'DELETE /api/sessions': { tables: ['sessions'], because: giveUp },
  'DELETE /api/sessions/current': { tables: ['sessions'], because: giveUp },
  'DELETE /api/sessions/{sessionId}': { tables: ['sessions'], because: giveUp },
  'POST /api/accounts/me/email/confirmation': {
    tables: ['email_confirmations'],
    because: 'a mail to the account’s own address, which changes nothing of the account',
  },
}

/** True in all that a request does whose asker is to be checked, also where it leaves its own database aside. */
const isAsked = new AsyncLocalStorage<boolean>()

const watched = vi.hoisted(() => ({
  checked: new WeakSet<object>(),
  /** Of the connections within a transaction: the tables that it has written. */
  under: new Map<object, Set<string>>(),
  unchecked: new Set<string>(),
  checkedWrites: new Set<string>(),
}))

vi.mock('../../server/http/access-recheck.ts', async (original) => {
  const real = await original<typeof import('../../server/http/access-recheck.ts')>()
  return {
    ...real,
    unchecked(database: Database) {
      const bound = real.unchecked(database)
      const begin = bound.transaction.bind(bound)
      bound.transaction = (...given) => isAsked.run(false, () => begin(...given))
      return bound
    },
    async stillMay(tx: Transaction) {
      await real.stillMay(tx)
      const { client } = (tx as unknown as { session: { client: object } }).session
      if (isAsked.getStore()) watched.checked.add(client)
    },
  }
})

vi.mock('../../server/http/route.ts', async (original) => {
  const real = await original<typeof import('../../server/http/route.ts')>()
  const declareRoute: typeof real.declareRoute = (permission, config) => {
    const route = real.declareRoute(permission, config)
    const { middleware } = route
    if (permission === 'public') return route
    route.middleware = (c: Context, next: Next) => middleware(c, () => isAsked.run(true, next))
    return route
  }
  return { ...real, declareRoute }
})

const writes = /^\s*(?:with [\s\S]*? )?(?:insert into|update|delete from) "?(\w+)"?/i

/** Books each table that is written in a request's work, once its transaction commits. */
function watch(client: object, statement: string): void {
  if (/^\s*begin/i.test(statement)) {
    watched.under.set(client, new Set())
    watched.checked.delete(client)
    return
  }
  const table = writes.exec(statement)?.[1]
  if (table && isAsked.getStore()) {
    const within = watched.under.get(client)
    if (within) within.add(table)
    else watched.unchecked.add(table)
  }
  if (!/^\s*(commit|rollback$)/i.test(statement)) return
  const into = watched.checked.has(client) ? watched.checkedWrites : watched.unchecked
  if (/^\s*commit/i.test(statement)) for (const one of watched.under.get(client) ?? []) into.add(one)
  watched.under.delete(client)
}

let server: RunningServer
let restore: () => void
beforeAll(async () => {
  server = await startServer({ isAllowedAddress: () => true })
  restore = patchQueries(({ client, text = '', run }) => {
    watch(client, text)
    return run()
  })
})
afterAll(async () => {
  restore()
  await server.close()
})
const forget = () => {
  watched.unchecked.clear()
  watched.checkedWrites.clear()
}
/** Routes that were seen to look again before they committed. */
const looksAgain = new Set<string>()
/** Routes that ask for no session, where there is no access. */
let open = new Set<string>()

const table = { ...inProject, ...ofPeople }
const rows = Object.entries(table).flatMap(([route, each]) =>
  each.filter(([, answers]) => answers.startsWith('ok')).map((row) => [route, row[0], row] as const),
)

const notAsOwner = ['POST /api/invites/accept', 'POST /api/guests/claim']

describe('rule 8: a write looks again whether who asked still may', () => {
  test('no exception is left of a route that is gone', () => {
    expect(Object.keys(exceptions).filter((route) => !(route in table))).toEqual([])
  })

  test('every route that writes is among those that are tried here, or is open to everybody', async () => {
    const reply = await fetch(`${server.url}/api/openapi.json`)
    const { paths } = (await reply.json()) as {
      paths: Record<string, Record<string, { 'x-permission': string }>>
    }
    const writing = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods)
        .filter(([method, operation]) => method !== 'get' && operation['x-permission'] !== 'public')
        .map(([method]) => `${method.toUpperCase()} ${path}`),
    )
    // an owner is a member already
    const tried = new Set([...rows.map(([route]) => route), ...notAsOwner])
    expect(writing.filter((route) => !tried.has(route))).toEqual([])
    open = new Set(Object.keys(table).filter((route) => !writing.includes(route)))
  })

  test.each(rows)('%s: %s', async (route, _what, row) => {
    expect(await answerTo(await openPlace(server, 'owner'), route, row, forget)).toBe('ok')
    const exception = exceptions[route]
    expect([...watched.unchecked].filter((one) => !exception?.tables.includes(one))).toEqual([])
    if (watched.checkedWrites.size > 0) looksAgain.add(route)
  })

  test.each([
    ['POST /api/invites/accept', 'stranger'],
    ['POST /api/guests/claim', 'guest'],
  ] as const)('%s, as a %s', async (route, who) => {
    expect(await answerTo(await openPlace(server, who), route, table[route]![0]!, forget)).toBe('ok')
    expect([...watched.unchecked].filter((one) => one !== 'sessions')).toEqual([])
    expect([...watched.checkedWrites]).not.toEqual([])
  })

  test('each of them was seen to write, but those that stand in the list or are open to everybody', () => {
    const seen = new Set(rows.map(([route]) => route))
    expect([...seen].filter((one) => !looksAgain.has(one) && !(one in exceptions) && !open.has(one))).toEqual(
      [],
    )
  })
})
