import { createRoute, OpenAPIHono, z, type RouteConfig } from '@hono/zod-openapi'
import type { Context, MiddlewareHandler } from 'hono'
import type { Logger } from 'pino'
import { can, type Action } from '../../shared/permissions.ts'
import type { Standing } from '../../shared/projects.ts'
import type { User } from '../../shared/accounts.ts'
import { errors, Refusal } from '../../shared/errors.ts'
import { expectedUserHeader } from '../../shared/expected-user.ts'

/**
 * `public`: anybody; `session`: whoever came in, guests too; `account`: who has an account; else an action of the
 * permission table, in the route's project.
 */
export type Permission = 'public' | 'session' | 'account' | Action

/** What somebody is in the request's project, with the document when the route names one. */
export type Scope = Standing & {
  projectId: string
  documentId: string | null
  /** The only documents that a guest sees; null for a member, who sees all. */
  documents: readonly string[] | null
}

/** Finds who asks and where they stand. Implemented by accounts and projects, handed in by the composition root. */
export interface Access {
  account(c: Context): Promise<{ user: User; sessionId: string } | null>
  /**
   * Null for an unknown id and for one that is not the user's, without a difference; for a guest also when the
   * document, or the thread's, is not among those that the link opens.
   */
  scope(
    userId: string,
    ids: { projectId?: string; documentId?: string; threadId?: string },
  ): Promise<Scope | null>
}

export interface Env {
  Variables: {
    /** Reverse proxies whose X-Forwarded-For is believed. */
    trustedProxies: ReadonlySet<string>
    access: Access
    /** Writes lines that carry the request's id; never given a secret. */
    log: Logger
    requestId: string
    user: User
    sessionId: string
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
  .openapi('Error')

/**
 * Declares a route with its permission. The permission is enforced before the handler runs and shows in the
 * OpenAPI document as `x-permission`; a test fails on a route that was declared another way.
 * Routes of a project carry `{projectId}` or `{documentId}`; every other id must be looked up within
 * `c.var.scope`. Guests come to what names a document or a thread, which is checked here; a route of the whole
 * project is closed to them unless it says `guests: true`, and then answers only what `sees` lets through.
 * A declared body is required, or a request without one would reach the handler unchecked.
 */
export function declareRoute<
  const Path extends string,
  const Config extends Omit<RouteConfig, 'path'> & { path: Path; guests?: boolean },
>(permission: Permission, config: Config) {
  const { request } = config
  const guests = config.guests ?? /\{(documentId|threadId)\}/.test(config.path)
  return createRoute({
    ...config,
    ...(request?.body && { request: { ...request, body: { ...request.body, required: true } } }),
    'x-permission': permission,
    'x-guests': guests,
    security: permission === 'public' ? [] : [{ session: [] }],
    middleware: authorise(permission, guests),
    responses: {
      ...config.responses,
      default: { description: 'Refused', content: { 'application/json': { schema: errorBody } } },
    } as Config['responses'],
  } as Config & { middleware: MiddlewareHandler<Env> })
}

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

/** A reply without a body. */
export const nothing = { description: 'Done' }

function authorise(permission: Permission, guests: boolean): MiddlewareHandler<Env> {
  return async (c, next) => {
    if (permission !== 'public') {
      const account = await c.var.access.account(c)
      if (!account) throw new Refusal('session_required')
      const expected = c.req.header(expectedUserHeader)
      if (expected !== undefined && expected !== account.user.id) throw new Refusal('account_changed')
      c.set('user', account.user)
      c.set('sessionId', account.sessionId)
      if (permission === 'account') {
        if (account.user.email === null) throw new Refusal('account_required')
      } else if (permission !== 'session') {
        const ids = c.req.param() as { projectId?: string; documentId?: string; threadId?: string }
        const scope = await c.var.access.scope(account.user.id, ids)
        if (!scope) throw new Refusal('not_found')
        if (scope.documents !== null && !guests) throw new Refusal('not_for_guests')
        if (!can(scope.role, permission, scope.phase)) {
          throw new Refusal(can(scope.role, permission, 'active') ? 'project_archived' : 'not_allowed')
        }
        c.set('scope', scope)
      }
    }
    await next()
  }
}

/** An app for one feature's routes: input that does not fit its schema becomes `invalid_input` naming the field. */
export function feature() {
  return new OpenAPIHono<Env>({
    defaultHook: (result) => {
      if (!result.success) {
        throw new Refusal('invalid_input', { field: result.error.issues[0]?.path.join('.') ?? '' })
      }
    },
  })
}
