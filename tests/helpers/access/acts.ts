import { newId } from '../../../server/db/columns.ts'
import { password } from '../people.ts'
import {
  confirmationToken,
  draftReply,
  inviteOf,
  linkOf,
  mailToken,
  thread,
  revision,
  textAnchor,
  tokenOf,
  version,
  webhookOf,
  type Ids,
  type Place,
} from './acts-place.ts'

/** How an act is made: what must be there for it, and what is sent. */
interface Making {
  has?: (place: Place) => Ids | Promise<Ids>
  sends?: object | ((place: Place, ids: Ids) => object | Promise<object>)
}
type Row = [what: string, answers: string, making?: Making]

const own = thread('own')
const colleagues = thread('colleague')
const makers = thread('maker')
const newComment = () => ({ id: newId(), body: '2.5 mm' })
const newThread = (more: object) => async (place: Place) => ({
  id: newId(),
  commentId: newId(),
  anchor: await textAnchor(place),
  body: '壁厚?',
  ...more,
})
const replacement = [{ type: 'text', text: 'ADC12' }]
const all =
  (change: object) =>
  (_place: Place, { threadId }: Ids) => ({ threadIds: [threadId], change })
const token = (_place: Place, ids: Ids) => ({ token: ids.token })
const somebody = ({ colleague }: Place): Ids => ({ userId: colleague.id })
const oneself = ({ actor }: Place): Ids => ({ userId: actor.id })
const newAccount = () => ({ email: `${newId()}@example.com`, password, name: 'New' })
const severity = { severity: 'must' }

/** The answers in the table that are not codes themselves. */
export const words: Record<string, string> = {
  no: 'not_allowed',
  gone: 'not_found',
  door: 'not_for_guests',
  sign: 'session_required',
  acct: 'account_required',
}

/**
 * Every route of a project that changes something, with what is asked of whose. The answers are those to an owner, an
 * editor, a reviewer, a viewer and a guest who is a reviewer. For who was removed and for a stranger there is no such
 * project, whatever they wrote in it, and who is signed out is asked to sign in.
 */
export const inProject: Record<string, Row[]> = {
  'PATCH /api/projects/{projectId}': [['its name', 'ok no no no door', { sends: { name: 'Lamp 2' } }]],
  'DELETE /api/projects/{projectId}/members/me': [['oneself', 'ok ok ok ok door']],
  'PATCH /api/projects/{projectId}/members/{userId}': [
    ['another', 'ok no no no door', { has: somebody, sends: { role: 'editor' } }],
    ['oneself', 'ok no no no door', { has: oneself, sends: { role: 'owner' } }],
  ],
  'DELETE /api/projects/{projectId}/members/{userId}': [['another', 'ok no no no door', { has: somebody }]],
  'POST /api/projects/{projectId}/invites': [
    ['an owner', 'ok no no no door', { sends: { side: 'design', role: 'owner' } }],
  ],
  'DELETE /api/projects/{projectId}/invites/{inviteId}': [
    ['own', 'ok no no no door', { has: inviteOf('own') }],
    ['another’s', 'ok no no no door', { has: inviteOf('colleague') }],
  ],
  'POST /api/projects/{projectId}/guest-links': [
    [
      'a reviewer',
      'ok no no no door',
      {
        sends: ({ documentId }) => ({
          label: 'Wu',
          side: 'manufacture',
          role: 'reviewer',
          resourceIds: [documentId],
          days: 1,
        }),
      },
    ],
  ],
  'DELETE /api/projects/{projectId}/guest-links/{linkId}': [
    ['own', 'ok no no no door', { has: linkOf('own') }],
    ['another’s', 'ok no no no door', { has: linkOf('colleague') }],
  ],
  'POST /api/projects/{projectId}/webhooks': [
    [
      'a new one',
      'ok no no no door',
      { sends: { kind: 'json', url: 'http://127.0.0.1:9/', secret: 'tally' } },
    ],
  ],
  'DELETE /api/projects/{projectId}/webhooks/{webhookId}': [
    ['own', 'ok no no no door', { has: webhookOf('own') }],
    ['another’s', 'ok no no no door', { has: webhookOf('colleague') }],
  ],
  'POST /api/projects/{projectId}/webhooks/{webhookId}/test': [
    ['another’s', 'ok no no no door', { has: webhookOf('colleague') }],
  ],
  'POST /api/projects/{projectId}/history/fold': [['all of it', 'ok no no no door']],
  'POST /api/projects/{projectId}/documents': [
    ['a brief', 'ok ok no no door', { sends: { kind: 'brief', title: 'Brief' } }],
  ],
  'PATCH /api/documents/{documentId}': [['its title', 'ok ok no no no', { sends: { title: 'Lamp 2' } }]],
  'DELETE /api/documents/{documentId}': [['another’s', 'ok no no no no']],
  'POST /api/resources/{resourceId}/visit': [['a visit', 'ok ok ok ok ok']],
  'POST /api/documents/{documentId}/versions': [['a new one', 'ok ok no no no', { sends: { name: 'one' } }]],
  'POST /api/documents/{documentId}/versions/{versionId}/restore': [
    ['another’s', 'ok ok no no no', { has: version }],
  ],
  'POST /api/projects/{projectId}/files': [['a picture', 'ok ok ok no ok', { sends: new Uint8Array(0) }]],
  'POST /api/projects/{projectId}/threads': [
    ['a point', 'ok ok ok no ok', { sends: newThread({}) }],
    ['a draft', 'ok ok ok no ok', { sends: newThread({ draft: true }) }],
    ['a proposal', 'ok ok ok no ok', { sends: newThread({ kind: 'proposal', replacement }) }],
    ['on the project', 'ok ok ok no gone', { sends: newThread({ anchor: { type: 'project' } }) }],
  ],
  'PATCH /api/projects/{projectId}/threads': [
    ['own severity', 'ok ok ok no door', { has: own, sends: all(severity) }],
    ['a colleague’s severity', 'ok ok no no door', { has: colleagues, sends: all(severity) }],
    [
      'the other side’s severity',
      'severity_not_yours severity_not_yours no no door',
      { has: makers, sends: all(severity) },
    ],
    ['the other side’s category', 'ok ok no no door', { has: makers, sends: all({ category: 'wall' }) }],
    [
      'a colleague’s draft',
      'gone gone gone no door',
      { has: thread('colleague', { draft: true }), sends: all(severity) },
    ],
  ],
  'PATCH /api/projects/{projectId}/threads/{threadId}': [
    ['own severity', 'ok ok ok no ok', { has: own, sends: severity }],
    ['own, settled', 'ok ok ok no ok', { has: own, sends: { state: 'settled' } }],
    ['own draft', 'ok ok ok no ok', { has: thread('own', { draft: true }), sends: severity }],
    ['a colleague’s severity', 'ok ok no no no', { has: colleagues, sends: severity }],
    [
      'a colleague’s, settled',
      'ok ok settle_not_yours no settle_not_yours',
      { has: colleagues, sends: { state: 'settled', reason: '同意' } },
    ],
    ['a colleague’s, answered', 'ok ok no no no', { has: colleagues, sends: { state: 'answered' } }],
    [
      'a colleague’s draft',
      'gone gone gone no gone',
      { has: thread('colleague', { draft: true }), sends: severity },
    ],
    [
      'the other side’s severity',
      'severity_not_yours severity_not_yours no no no',
      { has: makers, sends: severity },
    ],
    [
      'the other side’s kind',
      'severity_not_yours severity_not_yours no no no',
      { has: makers, sends: { kind: 'idea' } },
    ],
    ['the other side’s category', 'ok ok no no no', { has: makers, sends: { category: 'wall' } }],
    [
      'the other side’s, settled',
      'settle_not_yours settle_not_yours settle_not_yours no settle_not_yours',
      { has: makers, sends: { state: 'settled', reason: '同意' } },
    ],
    [
      'the other side’s, declined',
      'ok ok no no no',
      { has: makers, sends: { state: 'declined', reason: '模具已开' } },
    ],
  ],
  'POST /api/projects/{projectId}/threads/{threadId}/comments': [
    ['own point', 'ok ok ok no ok', { has: own, sends: newComment }],
    ['the other side’s point', 'ok ok ok no ok', { has: makers, sends: newComment }],
    ['own draft', 'ok ok ok no ok', { has: thread('own', { draft: true }), sends: newComment }],
    [
      'a colleague’s draft',
      'gone gone gone no gone',
      { has: thread('colleague', { draft: true }), sends: newComment },
    ],
  ],
  'PATCH /api/projects/{projectId}/threads/{threadId}/comments/{commentId}': [
    ['own', 'ok ok ok no ok', { has: own, sends: { body: '2.8 mm' } }],
    ['own draft', 'ok ok ok no ok', { has: draftReply('own'), sends: { body: '2.8 mm' } }],
    [
      'own, withdrawn',
      'comment_withdrawn comment_withdrawn comment_withdrawn no comment_withdrawn',
      { has: thread('own', { withdrawn: true }), sends: { body: '2.8 mm' } },
    ],
    ['a colleague’s', 'no no no no no', { has: colleagues, sends: { body: '2.8 mm' } }],
    ['the other side’s', 'no no no no no', { has: makers, sends: { body: '2.8 mm' } }],
    [
      'another’s draft',
      'gone gone gone no gone',
      { has: draftReply('colleague'), sends: { body: '2.8 mm' } },
    ],
  ],
  'DELETE /api/projects/{projectId}/threads/{threadId}/comments/{commentId}': [
    ['own', 'ok ok ok no ok', { has: own }],
    ['own draft', 'ok ok ok no ok', { has: draftReply('own') }],
    ['own, withdrawn', 'ok ok ok no ok', { has: thread('own', { withdrawn: true }) }],
    ['a colleague’s', 'no no no no no', { has: colleagues }],
    ['a colleague’s, withdrawn', 'no no no no no', { has: thread('colleague', { withdrawn: true }) }],
    ['the other side’s', 'no no no no no', { has: makers }],
    ['another’s draft', 'gone gone gone no gone', { has: draftReply('colleague') }],
  ],
  'POST /api/projects/{projectId}/threads/{threadId}/accept': [
    ['own', 'ok ok no no no', { has: thread('own', { kind: 'proposal' }), sends: { changes: 0 } }],
    [
      'a colleague’s',
      'ok ok no no no',
      { has: thread('colleague', { kind: 'proposal' }), sends: { changes: 0 } },
    ],
    [
      'the other side’s',
      'ok ok no no no',
      { has: thread('maker', { kind: 'proposal' }), sends: { changes: 0 } },
    ],
    [
      'own draft',
      'gone gone no no no',
      { has: thread('own', { kind: 'proposal', draft: true }), sends: { changes: 0 } },
    ],
    [
      'a colleague’s draft',
      'gone gone no no no',
      { has: thread('colleague', { kind: 'proposal', draft: true }), sends: { changes: 0 } },
    ],
  ],
  'POST /api/projects/{projectId}/reviews': [
    [
      'of a document',
      'ok ok ok no ok',
      {
        has: draftReply('own'),
        sends: ({ documentId }) => ({ id: newId(), resourceId: documentId, decision: 'good' }),
      },
    ],
  ],
  'POST /api/projects/{projectId}/revisions': [
    ['a new one', 'ok no no no door', { sends: { description: '' } }],
  ],
  'POST /api/projects/{projectId}/revisions/{revisionId}/signatures': [
    ['another’s', 'ok ok ok no door', { has: revision, sends: { password } }],
  ],
  'POST /api/projects/{projectId}/revisions/{revisionId}/withdraw': [
    ['another’s', 'ok no no no door', { has: revision }],
  ],
}

/** The others: what a person does with an account, a session or a link. The answers are to all there are, in order. */
export const ofPeople: Record<string, Row[]> = {
  'POST /api/accounts': [['a new one', 'ok ok ok ok ok ok ok ok', { sends: newAccount }]],
  'PATCH /api/accounts/me': [['own name', 'ok ok ok ok ok ok ok sign', { sends: { name: 'Wu' } }]],
  'PUT /api/accounts/me/email': [
    [
      'another',
      'ok ok ok ok acct ok ok sign',
      { sends: () => ({ email: `${newId()}@example.com`, password }) },
    ],
  ],
  'POST /api/accounts/me/email/confirmation': [['own', 'ok ok ok ok acct ok ok sign']],
  'POST /api/email-confirmations/look': [
    ['by a mail', 'ok ok ok ok ok ok ok ok', { has: confirmationToken, sends: token }],
  ],
  'POST /api/email-confirmations': [
    [
      'by a mail and the password',
      'ok ok ok ok ok ok ok ok',
      { has: confirmationToken, sends: (_place, ids) => ({ token: ids.token, password }) },
    ],
  ],
  'PUT /api/accounts/me/password': [
    ['own', 'ok ok ok ok acct ok ok sign', { sends: { current: password, next: `${password} indeed` } }],
  ],
  'POST /api/sessions': [
    ['a new one', 'ok ok ok ok ok ok ok ok', { sends: ({ keeper }) => ({ email: keeper.email, password }) }],
  ],
  'DELETE /api/sessions': [['all own', 'ok ok ok ok acct ok ok sign']],
  'DELETE /api/sessions/current': [['own', 'ok ok ok ok ok ok ok sign']],
  'DELETE /api/sessions/{sessionId}': [
    ['own', 'ok ok ok ok acct ok ok sign', { has: ({ actor }) => ({ sessionId: actor.sessionId }) }],
    [
      'another’s',
      'gone gone gone gone acct gone gone sign',
      { has: ({ colleague }) => ({ sessionId: colleague.sessionId }) },
    ],
  ],
  'POST /api/tokens': [
    [
      'a new one',
      'ok ok ok ok acct ok ok sign',
      { sends: { name: 'Nightly export', scope: 'read', days: 30, password } },
    ],
  ],
  'DELETE /api/tokens/{tokenId}': [
    ['own', 'ok ok ok ok acct ok ok sign', { has: tokenOf('own') }],
    ['another’s', 'gone gone gone gone acct gone gone sign', { has: tokenOf('colleague') }],
  ],
  'POST /api/projects': [['a new one', 'ok ok ok ok acct ok ok sign', { sends: { name: 'Chair' } }]],
  'POST /api/projects/sample': [['a new one', 'ok ok ok ok acct ok ok sign', { sends: { locale: 'en' } }]],
  'POST /api/invites/look': [
    ['another’s', 'ok ok ok ok ok ok ok ok', { has: inviteOf('colleague'), sends: token }],
  ],
  'POST /api/invites/accept': [
    [
      'another’s',
      'already_member already_member already_member already_member acct ok ok sign',
      { has: inviteOf('colleague'), sends: token },
    ],
  ],
  'POST /api/guests/look': [
    ['another’s', 'ok ok ok ok ok ok ok ok', { has: linkOf('colleague'), sends: token }],
  ],
  'POST /api/guests/enter': [
    [
      'another’s',
      'already_member already_member already_member already_member ok ok ok ok',
      { has: linkOf('colleague'), sends: (_place, ids) => ({ token: ids.token, name: 'Wu' }) },
    ],
  ],
  'POST /api/guests/claim': [
    [
      'oneself',
      'account_present account_present account_present account_present ok account_present account_present sign',
      { sends: () => ({ email: `${newId()}@example.com`, password }) },
    ],
  ],
  'POST /api/notices/read': [['all own', 'ok ok ok ok ok ok ok sign', { sends: {} }]],
  'PUT /api/notices/mail': [['own', 'ok ok ok ok acct ok ok sign', { sends: { mail: 'off' } }]],
  'POST /api/unsubscribe': [['by a mail', 'ok ok ok ok ok ok ok ok', { has: mailToken, sends: token }]],
  'POST /unsubscribe': [['by a mail', 'ok ok ok ok ok ok ok ok', { has: mailToken }]],
}
