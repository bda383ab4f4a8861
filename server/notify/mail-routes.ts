import { mailPreference, unsubscribeToken } from '../../shared/notify.ts'
import type { Database } from '../db/database.ts'
import { declareRoute, feature, json, nothing } from '../http/route.ts'
import { stillMay } from '../http/access-recheck.ts'
import { chooseMail, mailPreferenceOf, unsubscribe } from './preferences.ts'

/** Which mails a person gets, and the way out of them that needs no sign-in. */
export function mailRoutes({ database }: { database: Database }) {
  return feature('Notices')
    .openapi(
      declareRoute('account', {
        method: 'get',
        path: '/api/notices/mail',
        operationId: 'getMailChoice',
        summary: 'Read which mails I get',
        responses: { 200: json(mailPreference) },
      }),
      async (c) => c.json({ mail: (await mailPreferenceOf(database, c.var.user.id)).mail }, 200),
    )
    .openapi(
      declareRoute('account', {
        method: 'put',
        path: '/api/notices/mail',
        operationId: 'changeMailChoice',
        summary: 'Choose which mails I get',
        request: { body: json(mailPreference) },
        responses: { 200: json(mailPreference) },
      }),
      async (c) => {
        const { mail } = c.req.valid('json')
        await c.var.database.transaction(async (tx) => {
          await chooseMail(tx, c.var.user.id, mail)
          await stillMay(tx)
        })
        return c.json({ mail }, 200)
      },
    )
    .openapi(
      declareRoute('public', {
        method: 'post',
        path: '/api/unsubscribe',
        operationId: 'unsubscribe',
        summary: 'End the mails by a mail’s link',
        refusals: ['unsubscribe_invalid'],
        request: { body: json(unsubscribeToken) },
        responses: { 204: nothing },
      }),
      async (c) => {
        await unsubscribe(database, c.req.valid('json').token)
        return c.body(null, 204)
      },
    )
    .openapi(
      declareRoute('public', {
        method: 'post',
        path: '/unsubscribe',
        operationId: 'unsubscribeByButton',
        summary: 'End the mails by a mail program’s button',
        refusals: ['unsubscribe_invalid'],
        description:
          'A mail program’s own button (RFC 8058), from no page of ours. By GET it is the page that asks first.',
        request: { query: unsubscribeToken },
        responses: { 204: nothing },
      }),
      async (c) => {
        await unsubscribe(database, c.req.valid('query').token)
        return c.body(null, 204)
      },
    )
}
