import type { IncomingMessage } from 'node:http'
import { createRoute, OpenAPIHono, z, type RouteConfig } from '@hono/zod-openapi'
import type { Context, MiddlewareHandler } from 'hono'
import type { Logger } from 'pino'
import { can, sees, type Action } from '../../shared/permissions.ts'
import type { Membership } from '../../shared/projects.ts'
import type { User } from '../../shared/accounts.ts'
import { isLaidOutQuickly } from '../../shared/document/text-runs.ts'
import { errors, Refusal, type ErrorCode } from '../../shared/errors.ts'
import { expectedUserHeader } from '../../shared/expected-user.ts'
import type { TokenScope } from '../../shared/tokens.ts'
import type { Database, Queries } from '../db/database.ts'
import { inTurn, type TransactionTurns } from '../db/transaction-turns.ts'
import { addressOf, wideNetworkOf } from './address.ts'
import type { Tag } from './description/api-tags.ts'
import { byStatus, isAction, refusalsOf } from './refusals.ts'
import { asking, unchecked, type Done } from './access-recheck.ts'
import type { TrustedProxies } from './trusted-proxies.ts'

/**
 * `public`: anybody; `session`: whoever came in, guests too; `account`: who has an account; else an action of the
 * permission table, in the route's project.
 */
export type Permission = 'public' | 'session' | 'account' | Action

/** What somebody is in the request's project, with the resource when the route names one. */
export type Scope = Membership & {
  projectId: string
  resourceId: string | null
  /** The only resources that a guest sees; null for a member, who sees all. */
  resources: readonly string[] | null
}

type Rights = Pick<Scope, 'role' | 'side' | 'phase' | 'resources'>

/** What a personal token opens of what its owner may. */
export interface TokenInUse {
  id: string
  scope: TokenScope
  /** The only project that it opens; null: all. */
  projectId: string | null
}

/** By what somebody is in: the session of a browser, or a token. */
export type OpenedBy = { sessionId: string; token: null } | { sessionId: null; token: TokenInUse }

/** Who asks. */
export type Account = { user: User } & OpenedBy

/** Finds who asks and where they stand. Implemented by accounts and projects, handed in by the composition root. */
export interface Access {
  /** @throws Refusal `token_invalid`, `token_expired` for a token that is not good, whatever cookie comes with it */
  account(c: Context<Env>): Promise<Account | null>
  /**
   * Null for an unknown id and for one that is not the user's, without a difference; for a guest also when the
   * resource, or the thread's, is not among those that the link opens.
   */
  scope(
    userId: string,
    ids: { projectId?: string; resourceId?: string; threadId?: string },
  ): Promise<Scope | null>
  /**
   * Within a transaction, as it sees it: where somebody stands in a project, if in one; null when the session or the
   * token may not act any more. It ends after the transaction at the earliest.
   */
  again(
    tx: Queries,
    by: OpenedBy,
    userId: string,
    projectId: string | null,
  ): Promise<{ membership: Rights | null } | null>
}

/** Reads a request's whole body, for the route to find. @throws Refusal `too_large`, `too_many_requests` */
export type ReadBody = (c: Context<Env>) => Promise<void>

/** Runs work with a database whose transactions begin at once. */
export type InOneTurn = <Result>(work: (database: Database) => Promise<Result>) => Promise<Result>

export interface Env {
  Variables: {
    /** Reverse proxies whose X-Forwarded-For is believed. */
    trustedProxies: TrustedProxies
    access: Access
    /** What a request does in its transactions is checked by `stillMay`. */
    database: Database
    transactionTurns: TransactionTurns
    roomTurns: TransactionTurns
    /** Waits for a turn of those that wait for a room, and runs work all of whose transactions then wait for no other. */
    inOneTurn: InOneTurn
    /** Refuse a JSON body past the limit, of strangers and of who has a session; one of no stated length is read. */
    readBody: Record<'public' | 'session', ReadBody>
    /** The heaviest run without a break opportunity in what is sent, as in a text. */
    runCharacters: number
    /** True once what was asked for is committed: whatever fails now, it is done. */
    isDone: Done | undefined
    /** Hears of each commit of a request's: there may be jobs that others are told by. */
    onCommitted(): void
    /** What the route may answer with besides its reply; undefined where none was found. */
    refusals: ReadonlySet<ErrorCode> | undefined
    /** Writes lines that carry the request's id; never given a secret. */
    log: Logger
    requestId: string
    user: User
    /** Of a route that no token opens. */
    sessionId: string
    /** The token that the request bears; null where a session asks. */
    token: TokenInUse | null
    scope: Scope
  }
}

const errorBody = z
  .object({
    error: z.object({
      code: z.enum(Object.keys(errors) as [string, ...string[]]),
      params: z.record(z.string(), z.union([z.string(), z.number()])),
      requestId: z.string(),
    }),
  })
  .openapi('Error', { description: 'What every refusal is told as; what to say of it goes by its code.' })

/** What the interface's description says of a route besides its shape. */
interface Described {
  /** What it is called in programs. */
  operationId: string
  /** What it does, in a few words. */
  summary: string
  /** What only this route refuses; the rest follows from how it is declared. */
  refusals?: readonly ErrorCode[]
  /** True where guests come too: to what the path names and they may see, or to what `sees` lets through. */
  guests?: boolean
  /**
   * Which personal tokens open it: those of its project; `all`: those for all projects; `each`: any, and what it answers
   * is narrowed to the token's project; `none`: a person has to be there. Without it those of the project where the
   * route is of one, and none where it is about the person.
   */
  tokens?: 'project' | 'all' | 'each' | 'none'
}

/**
 * Declares a route with its permission. The permission is enforced before a JSON body is read, as strangers are not
 * listened to, and again when it is whole, before the handler runs; `stillMay` enforces it in the transaction that
 * commits. It shows in the OpenAPI document as `x-permission`; a test fails on a route that was declared another way.
 * Routes of a project carry `{projectId}`, `{resourceId}` or, where only documents are meant, `{documentId}`; every
 * other id must be looked up within `c.var.scope`. A route is closed to guests unless it says `guests: true`. Whether the
 * resource or the thread that its path names is open to them is checked here; one of the whole project answers only what
 * `sees` lets through.
 * A declared body is required, or a request without one would reach the handler unchecked.
 */
export function declareRoute<
  const Path extends string,
  const Config extends Omit<RouteConfig, 'path' | keyof Described> & { path: Path } & Described,
>(permission: Permission, config: Config) {
  const { guests = false, tokens = isAction(permission) ? 'project' : 'none', ...rest } = config
  const { refusals = [], ...described } = rest
  const { method, request } = config
  const codes = refusalsOf({ method, request, permission, guests, refusals })
  return createRoute({
    ...described,
    ...(request?.body && { request: { ...request, body: { ...request.body, required: true } } }),
    'x-permission': permission,
    'x-guests': guests,
    'x-tokens': tokens,
    security:
      permission === 'public' ? [] : tokens === 'none' ? [{ session: [] }] : [{ session: [] }, { token: [] }],
    middleware: authorise({
      permission,
      guests,
      tokens,
      codes,
      hasJson: request?.body?.content['application/json'] !== undefined,
    }),
    responses: { ...config.responses, ...refused(codes) } as Config['responses'],
  } as unknown as Config & { middleware: MiddlewareHandler<Env> })
}

/** What is refused, as responses by their status. */
const refused = (codes: ReadonlySet<ErrorCode>) =>
  Object.fromEntries(
    byStatus(codes).map(([status, some]) => [
      status,
      {
        description: some.map((code) => `\`${code}\``).join(', '),
        'x-codes': some,
        content: { 'application/json': { schema: errorBody } },
      },
    ]),
  )

/** A JSON reply or request of a route, declared in one line. */
export const json = <Schema extends z.ZodType>(schema: Schema, description = 'Done') => ({
  description,
  content: { 'application/json': { schema } },
})

/** A reply of bytes of a type. */
export const binary = (description: string, type = 'application/octet-stream') => ({
  description,
  content: { [type]: { schema: { type: 'string', format: 'binary' } as const } },
})

/** Pictures are not read as a whole before their route is asked; it bounds them itself. */
export const isStreamed = (c: Context): boolean => c.req.header('content-type')?.startsWith('image/') ?? false

/** A reply without a body. */
export const nothing = { description: 'Done' }

interface Declared {
  permission: Permission
  guests: boolean
  tokens: NonNullable<Described['tokens']>
  hasJson: boolean
  codes: ReadonlySet<ErrorCode>
}

function authorise({ permission, guests, tokens, hasJson, codes }: Declared): MiddlewareHandler<Env> {
  async function decide(c: Context<Env>): Promise<void> {
    const account = await c.var.access.account(c)
    if (!account) throw new Refusal('session_required')
    const expected = c.req.header(expectedUserHeader)
    if (expected !== undefined && expected !== account.user.id) throw new Refusal('account_changed')
    c.set('user', account.user)
    c.set('token', account.token)
    if (account.token) refuseToken(account.token, c.req.method)
    else c.set('sessionId', account.sessionId)
    if (permission === 'account' && account.user.email === null) throw new Refusal('account_required')
    if (!isAction(permission)) return
    const { documentId, ...ids } = c.req.param() as Partial<Record<IdOfPath, string>>
    const resourceId = ids.resourceId ?? documentId
    const scope = await c.var.access.scope(
      account.user.id,
      resourceId === undefined ? ids : { ...ids, resourceId },
    )
    if (!scope || (account.token?.projectId ?? scope.projectId) !== scope.projectId) {
      throw new Refusal('not_found')
    }
    refuseUnlessAllowed(scope, permission)
    c.set('scope', scope)
  }

  function refuseToken({ scope, projectId }: TokenInUse, method: string): void {
    const isOpen = tokens !== 'none' && (tokens !== 'all' || projectId === null)
    const mayAct = scope === 'write' || method === 'GET' || method === 'HEAD'
    if (!isOpen || !mayAct) throw new Refusal('token_scope')
  }

  function refuseUnlessAllowed({ role, phase, resources }: Rights, action: Action): void {
    if (resources !== null && !guests) throw new Refusal('not_for_guests')
    if (!can(role, action, phase)) {
      throw new Refusal(can(role, action, 'active') ? 'project_archived' : 'not_allowed')
    }
  }

  async function decideAgain(c: Context<Env>, db: Queries): Promise<void> {
    const { access, sessionId, token, user, scope } = c.var
    const by = token ? { sessionId: null, token } : { sessionId, token }
    const found = await access.again(db, by, user.id, isAction(permission) ? scope.projectId : null)
    if (!found) throw new Refusal(token ? 'token_invalid' : 'session_required')
    if (!isAction(permission)) return
    const { membership: now } = found
    const { resourceId } = scope
    if (!now || (resourceId !== null && !sees(now, resourceId))) throw new Refusal('not_found')
    refuseUnlessAllowed(now, permission)
    // The act goes by where they stood at first: what they may do with a row of that state, the side they are of, what
    // they may see of what its body names. Asked once more, it goes by where they stand now.
    if (!standsAsBefore(now, scope) || seesLess(now, scope))
      throw new Refusal('being_changed', { seconds: 1 })
  }

  return async (c, next) => {
    c.set('refusals', codes)
    // one of another type is refused unread
    const readsBody = hasJson && !isStreamed(c)
    const { database } = c.var
    const onCommit = (isDone: Done) => {
      c.set('isDone', isDone)
      if (isDone) c.var.onCommitted()
    }
    if (permission === 'public') {
      c.set('database', unchecked(database, onCommit))
      if (readsBody) await c.var.readBody.public(c)
      return next()
    }
    // before the database is asked: what comes while it is may come from somebody who is signed out since
    const isWhole = readsBody && (await hasArrived(c))
    await decide(c)
    if (readsBody) {
      await c.var.readBody.session(c)
      // whoever sends it slowly may have been removed, or signed out, meanwhile
      if (!isWhole) await decide(c)
    }
    const { user, token, transactionTurns, roomTurns } = c.var
    const place = {
      userId: user.id,
      network: wideNetworkOf(addressOf(c)),
      projectId: (c.var.scope as Scope | undefined)?.projectId ?? null,
    }
    const run = <Result>(transact: () => Promise<Result>) => transactionTurns(place, transact)
    const asked = (of: Database) =>
      asking(of, (tx) => decideAgain(c, tx), token && { id: token.id, userId: user.id }, onCommit)
    c.set('database', asked(inTurn(database, run)))
    c.set('inOneTurn', (work) => roomTurns(place, () => work(asked(database))))
    return next()
  }
}

const standsAsBefore = (now: Rights, { role, side }: Scope): boolean => now.role === role && now.side === side

/** True when something is closed now that was open before. */
const seesLess = (now: Rights, { resources }: Scope): boolean =>
  now.resources !== null && (resources === null || resources.some((id) => !sees(now, id)))

/** True when the whole request is here already, so that reading it waits for nobody. */
async function hasArrived(c: Context): Promise<boolean> {
  const { incoming } = (c.env ?? {}) as { incoming?: IncomingMessage }
  // what a browser sends right behind the head is read when the head's turn of the thread is over
  if (incoming?.complete === false) await new Promise((resolve) => setImmediate(resolve))
  return incoming?.complete === true
}

/** The ids in a path by which it is found where somebody stands. */
type IdOfPath = 'projectId' | 'resourceId' | 'documentId' | 'threadId'

/**
 * An app for one feature's routes, which the description has under `tag`: input that does not fit its schema becomes `invalid_input` naming the field, and words
 * that a browser could not lay out, whatever they are for, `text_run_too_long`: whoever is shown them would wait.
 */
export function feature(tag: Tag) {
  const app = new OpenAPIHono<Env>({
    defaultHook: (result, c) => {
      if (!result.success) {
        throw new Refusal('invalid_input', { field: result.error.issues[0]?.path.join('.') ?? '' })
      }
      const limit = c.var.runCharacters
      if (result.target === 'json' && !isLaidOutQuickly(withoutHeld(result.data), limit)) {
        throw new Refusal('text_run_too_long', { limit })
      }
    },
  })
  const { openAPIRegistry: registry } = app
  const register = registry.registerPath.bind(registry)
  registry.registerPath = (route) => register({ ...route, tags: [tag] })
  return app
}

/** What review looks through itself, as a run of it goes on over several strings and its length has words of its own. */
const held: ReadonlySet<string> = new Set(['body', 'content', 'replacement'])

const withoutHeld = (sent: unknown): unknown[] =>
  Object.entries(sent ?? {}).flatMap(([name, value]) => (held.has(name) ? [] : [value as unknown]))
