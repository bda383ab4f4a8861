import { z } from '@hono/zod-openapi'
import { Refusal } from '../../shared/errors.ts'
import type { Limits } from '../../shared/limits.ts'
import { apiToken, createToken as order } from '../../shared/tokens.ts'
import type { Credentials } from '../accounts/credentials.ts'
import type { Database } from '../db/database.ts'
import { addressOf } from '../http/address.ts'
import { declareRoute, feature, json, nothing } from '../http/route.ts'
import { createToken, listTokens, revokeToken } from './tokens.ts'

interface Needs {
  database: Database
  limits: Pick<Limits, 'tokensPerPerson'>
  credentials: Pick<Credentials, 'confirm'>
}

/** Personal tokens, so that a script needs nobody's password. They are made in a session, never by a token. */
export function tokenRoutes({ database, limits, credentials }: Needs) {
  return feature('Tokens')
    .openapi(
      declareRoute('account', {
        method: 'get',
        path: '/api/tokens',
        operationId: 'listTokens',
        summary: 'List my API tokens',
        responses: { 200: json(z.object({ tokens: z.array(apiToken) }), 'The latest first') },
      }),
      async (c) => c.json({ tokens: await listTokens(database, c.var.user.id) }, 200),
    )
    .openapi(
      declareRoute('account', {
        method: 'post',
        path: '/api/tokens',
        operationId: 'createToken',
        summary: 'Make an API token',
        description:
          'The password is asked again. A token may what its owner may, in as far as its scope lets it: `read` is every GET, `write` the rest too; with a `projectId` it opens that project only. It ends when it expires, is revoked, or the account gets another password.',
        refusals: ['wrong_password', 'not_found', 'too_many_tokens'],
        request: { body: json(order) },
        responses: {
          201: json(z.object({ id: z.string(), token: z.string() }), 'The secret is shown this once'),
        },
      }),
      async (c) => {
        const { password, ...given } = c.req.valid('json')
        const userId = c.var.user.id
        const { projectId } = given
        await credentials.confirm(userId, password, {
          address: addressOf(c),
          sessionId: c.var.sessionId,
          signal: c.req.raw.signal,
        })
        if (projectId !== null && !(await c.var.access.scope(userId, { projectId }))) {
          throw new Refusal('not_found')
        }
        const { id, secret } = await c.var.database.transaction((tx) =>
          createToken(tx, { ...given, userId }, limits),
        )
        c.var.log.info({ event: 'token made', tokenId: id, scope: given.scope, projectId, userId })
        return c.json({ id, token: secret }, 201)
      },
    )
    .openapi(
      declareRoute('account', {
        method: 'delete',
        path: '/api/tokens/{tokenId}',
        operationId: 'revokeToken',
        summary: 'Revoke an API token',
        refusals: ['not_found'],
        request: { params: z.object({ tokenId: z.string() }) },
        responses: { 204: nothing },
      }),
      async (c) => {
        const { tokenId } = c.req.valid('param')
        const userId = c.var.user.id
        await c.var.database.transaction((tx) => revokeToken(tx, userId, tokenId))
        c.var.log.info({ event: 'token revoked', tokenId, userId })
        return c.body(null, 204)
      },
    )
}
