import { afterAll, beforeAll, expect, test } from 'vitest'
import * as Y from 'yjs'
import { newId } from '../../server/db/columns.ts'
import type { RunningServer } from '../../server/open-server.ts'
import { textField } from '../../shared/document/text-field.ts'
import { trailActions, type TrailAction } from '../../shared/trail.ts'
import { createPerson, password } from '../helpers/people.ts'
import { startServer } from '../helpers/server.ts'
import { until } from '../helpers/until.ts'
import { enter, makeLink } from '../helpers/access/guest-people.ts'
import { openScene, readTrail, type Scene } from '../helpers/signoff/trail-scene.ts'
import {
  addWebhook,
  answer,
  createSpec,
  invite,
  invited,
  keepVersion,
  openRevision,
  putForward,
  sheetOf,
  succeed,
  taken,
  textAnchor,
  upload,
} from '../helpers/signoff/trail-steps.ts'

/** Every route that changes something, as the interface describes itself, and what it leaves in a project's trail. */

let server: RunningServer
let scene: Scene
beforeAll(async () => {
  server = await startServer({ isAllowedAddress: () => true })
  scene = await openScene(server)
})
afterAll(() => server.close())

const account = 'an account belongs to a person, not to a project'
const ownReading = 'what somebody has read or wishes to be told is theirs, and changes nothing in the project'

/** Routes that leave nothing, each with the reason. */
const exceptions: Record<string, string> = {
  'POST /api/accounts': account,
  'PATCH /api/accounts/me': account,
  'PUT /api/accounts/me/password': account,
  'PUT /api/accounts/me/email': account,
  'POST /api/accounts/me/email/confirmation': account,
  'POST /api/email-confirmations/look': 'looking at a link takes nothing',
  'POST /api/email-confirmations': account,
  'POST /api/sessions': account,
  'DELETE /api/sessions': account,
  'DELETE /api/sessions/current': account,
  'DELETE /api/sessions/{sessionId}': account,
  'POST /api/tokens': account,
  'DELETE /api/tokens/{tokenId}': account,
  'POST /api/invites/look': 'looking at an invitation takes nothing',
  'POST /api/guests/look': 'looking at a link takes nothing',
  'POST /api/notices/read': ownReading,
  'PUT /api/notices/mail': ownReading,
  'POST /api/unsubscribe': ownReading,
  'POST /unsubscribe': ownReading,
  'POST /api/resources/{resourceId}/visit': ownReading,
  'POST /api/projects/{projectId}/webhooks/{webhookId}/test': 'a test message tells nothing of the project',
}

type Doing = () => Promise<{ actions: TrailAction[]; in?: string; act: () => Promise<unknown> }>

/** How each route is made to do what it does. */
const doings: Record<string, Doing> = {
  'POST /api/projects': async () => {
    let made = ''
    const act = async () =>
      void (made = (await scene.owner.post<{ id: string }>('/api/projects', { name: 'B' })).id)
    await act()
    return { actions: ['project.created'], in: made, act: async () => {} }
  },
  'POST /api/projects/sample': async () => {
    const { id } = await scene.owner.post<{ id: string }>('/api/projects/sample', { locale: 'en' })
    const sample = await readTrail(scene.owner, id)
    expect(sample[0]).toMatchObject({ action: 'project.created', details: { sample: true } })
    return { actions: sample.map(({ action }) => action), in: id, act: async () => {} }
  },
  'PATCH /api/projects/{projectId}': async () => ({
    actions: ['project.changed'],
    act: () => succeed(scene.owner, 'PATCH', scene.path, { name: `Lamp ${newId()}` }),
  }),
  'DELETE /api/projects/{projectId}/members/me': async () => {
    const guest = await invited(scene)
    return { actions: ['member.left'], act: () => succeed(guest, 'DELETE', `${scene.path}/members/me`) }
  },
  'PATCH /api/projects/{projectId}/members/{userId}': async () => {
    const member = await invited(scene)
    const path = `${scene.path}/members/${member.user.id}`
    return { actions: ['member.changed'], act: () => succeed(scene.owner, 'PATCH', path, { role: 'editor' }) }
  },
  'DELETE /api/projects/{projectId}/members/{userId}': async () => {
    const member = await invited(scene)
    const path = `${scene.path}/members/${member.user.id}`
    return { actions: ['member.removed'], act: () => succeed(scene.owner, 'DELETE', path) }
  },
  'POST /api/projects/{projectId}/invites': async () => ({
    actions: ['invite.made'],
    act: () => invite(scene),
  }),
  'DELETE /api/projects/{projectId}/invites/{inviteId}': async () => {
    const made = await invite(scene)
    const path = `${scene.path}/invites/${made.invite.id}`
    return { actions: ['invite.revoked'], act: () => succeed(scene.owner, 'DELETE', path) }
  },
  'POST /api/invites/accept': async () => {
    const { token } = await invite(scene)
    const person = await createPerson(server.url, 'Wang')
    return {
      actions: ['member.joined'],
      act: () => succeed(person, 'POST', '/api/invites/accept', { token }),
    }
  },
  'POST /api/projects/{projectId}/files': async () => ({ actions: ['file.added'], act: () => upload(scene) }),
  'POST /api/projects/{projectId}/history/fold': async () => ({
    actions: ['history.folded'],
    act: () => succeed(scene.owner, 'POST', `${scene.path}/history/fold`),
  }),
  'POST /api/projects/{projectId}/documents': async () => ({
    actions: ['document.created'],
    act: () => createSpec(scene, 'Box'),
  }),
  'PATCH /api/documents/{documentId}': async () => {
    const id = await createSpec(scene, 'Box')
    const act = () => succeed(scene.owner, 'PATCH', `/api/documents/${id}`, { title: 'Carton' })
    return { actions: ['document.renamed'], act }
  },
  'DELETE /api/documents/{documentId}': async () => {
    const id = await createSpec(scene, 'Box')
    return {
      actions: ['document.removed'],
      act: () => succeed(scene.owner, 'DELETE', `/api/documents/${id}`),
    }
  },
  'POST /api/documents/{documentId}/versions': async () => ({
    actions: ['version.kept'],
    act: () => keepVersion(scene, scene.documentId),
  }),
  'POST /api/documents/{documentId}/versions/{versionId}/restore': async () => {
    const id = await createSpec(scene, 'Box')
    const version = await keepVersion(scene, id)
    const { doc, leave } = await sheetOf(scene.owner, id)
    doc.getXmlFragment(textField).insert(0, [new Y.XmlElement('horizontalRule')])
    const other = await sheetOf(scene.maker, id)
    const arrived = () => other.doc.getXmlFragment(textField).toString().includes('horizontalrule')
    await until('the rule to arrive', arrived)
    leave()
    other.leave()
    const path = `/api/documents/${id}/versions/${version}/restore`
    return {
      actions: ['version.kept', 'version.restored'],
      act: () => succeed(scene.owner, 'POST', path),
    }
  },
  'POST /api/projects/{projectId}/threads': async () => ({
    actions: ['thread.raised'],
    act: () => scene.raise(scene.maker),
  }),
  'PATCH /api/projects/{projectId}/threads': async () => {
    const threads = [await scene.raise(scene.maker), await scene.raise(scene.maker)]
    const order = { threadIds: threads.map(({ id }) => id), change: { category: 'wall' } }
    const act = () => succeed(scene.owner, 'PATCH', `${scene.path}/threads`, order)
    return { actions: ['thread.changed'], act }
  },
  'PATCH /api/projects/{projectId}/threads/{threadId}': async () => {
    const { id } = await scene.raise(scene.maker)
    const act = () => succeed(scene.maker, 'PATCH', `${scene.path}/threads/${id}`, { state: 'settled' })
    return { actions: ['thread.changed'], act }
  },
  'POST /api/projects/{projectId}/threads/{threadId}/comments': async () => {
    const { id } = await scene.raise(scene.maker)
    return { actions: ['comment.added'], act: () => answer(scene, id) }
  },
  'PATCH /api/projects/{projectId}/threads/{threadId}/comments/{commentId}': async () => {
    const { id } = await scene.raise(scene.maker)
    const path = `${scene.path}/threads/${id}/comments/${await answer(scene, id)}`
    return { actions: ['comment.edited'], act: () => succeed(scene.owner, 'PATCH', path, { body: '2.8 mm' }) }
  },
  'DELETE /api/projects/{projectId}/threads/{threadId}/comments/{commentId}': async () => {
    const { id } = await scene.raise(scene.maker)
    const path = `${scene.path}/threads/${id}/comments/${await answer(scene, id)}`
    return { actions: ['comment.withdrawn'], act: () => succeed(scene.owner, 'DELETE', path) }
  },
  'POST /api/projects/{projectId}/reviews': async () => {
    const { id } = await scene.raise(scene.owner)
    await scene.raise(scene.maker, { draft: true })
    const draft = { id: newId(), body: '可以', draft: true }
    await succeed(scene.maker, 'POST', `${scene.path}/threads/${id}/comments`, draft)
    const order = { id: newId(), decision: 'changes', summary: '再看一遍' }
    return {
      actions: ['review.published', 'comment.added', 'thread.raised'],
      act: () => succeed(scene.maker, 'POST', `${scene.path}/reviews`, order),
    }
  },
  'POST /api/projects/{projectId}/threads/{threadId}/accept': async () => {
    const anchor = await textAnchor(scene, scene.documentId)
    // its words stand there already, or nothing could be put forward below
    const replacement = [{ type: 'text', text: anchor!.quote }]
    const { id } = await scene.raise(scene.maker, { kind: 'proposal', anchor, replacement })
    const act = () => succeed(scene.owner, 'POST', `${scene.path}/threads/${id}/accept`, { changes: 0 })
    return { actions: ['proposal.accepted'], act }
  },
  'POST /api/projects/{projectId}/guest-links': async () => ({
    actions: ['guest.link_made'],
    act: () => makeLink(scene.owner, scene.projectId, [scene.documentId]),
  }),
  'DELETE /api/projects/{projectId}/guest-links/{linkId}': async () => {
    const { link } = await makeLink(scene.owner, scene.projectId, [scene.documentId])
    const path = `${scene.path}/guest-links/${link.id}`
    return { actions: ['guest.link_revoked'], act: () => succeed(scene.owner, 'DELETE', path) }
  },
  'POST /api/guests/enter': async () => {
    const { token } = await makeLink(scene.owner, scene.projectId, [scene.documentId])
    return { actions: ['guest.entered'], act: () => enter(server.url, { token, name: '王师傅' }) }
  },
  'POST /api/guests/claim': async () => {
    const { token } = await makeLink(scene.owner, scene.projectId, [scene.documentId])
    const { guest } = await enter(server.url, { token, name: '李师傅' })
    const given = { email: `${newId()}@example.com`, password, firm: '' }
    return { actions: ['guest.claimed'], act: () => succeed(guest!, 'POST', '/api/guests/claim', given) }
  },
  'POST /api/projects/{projectId}/webhooks': async () => ({
    actions: ['webhook.added'],
    act: () => addWebhook(scene),
  }),
  'DELETE /api/projects/{projectId}/webhooks/{webhookId}': async () => {
    const path = `${scene.path}/webhooks/${await addWebhook(scene)}`
    return { actions: ['webhook.removed'], act: () => succeed(scene.owner, 'DELETE', path) }
  },
  'POST /api/projects/{projectId}/revisions': async () => ({
    actions: ['revision.put_forward'],
    act: () => putForward(scene),
  }),
  'POST /api/projects/{projectId}/revisions/{revisionId}/signatures': async () => {
    const path = `${scene.path}/revisions/${await openRevision(scene)}/signatures`
    return { actions: ['revision.signed'], act: () => succeed(scene.owner, 'POST', path, { password }) }
  },
  'POST /api/projects/{projectId}/revisions/{revisionId}/withdraw': async () => {
    const path = `${scene.path}/revisions/${await openRevision(scene)}/withdraw`
    return { actions: ['revision.withdrawn'], act: () => succeed(scene.owner, 'POST', path) }
  },
  // these change nothing, but whoever takes something out of the house is known
  'GET /api/projects/{projectId}/threads.csv': async () => taken(scene, 'points.exported', 'threads.csv'),
  'GET /api/projects/{projectId}/threads.xlsx': async () => taken(scene, 'points.exported', 'threads.xlsx'),
  'GET /api/projects/{projectId}/threads.bcf': async () => taken(scene, 'points.exported', 'threads.bcf'),
  'GET /api/projects/{projectId}/revisions/{revisionId}/revision.md': async () =>
    taken(scene, 'revision.exported', `revisions/${await openRevision(scene)}/revision.md`),
  'GET /api/projects/{projectId}/revisions/{revisionId}/revision.pdf': async () =>
    taken(scene, 'revision.exported', `revisions/${await openRevision(scene)}/revision.pdf`),
  'GET /api/projects/{projectId}/revisions/{revisionId}/package.zip': async () => {
    const id = await openRevision(scene)
    const path = `${scene.path}/revisions/${id}/signatures`
    await scene.owner.ask('POST', path, { password })
    await succeed(scene.maker, 'POST', path, { password })
    return taken(scene, 'package.exported', `revisions/${id}/package.zip`)
  },
}

test('every route that changes something leaves its entry, or is left out for a reason', async () => {
  const { paths } = await scene.owner.get<{ paths: Record<string, object> }>('/api/openapi.json')
  const changing = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods)
      .filter((method) => method !== 'get')
      .map((method) => `${method.toUpperCase()} ${path}`),
  )
  const known = [
    ...Object.keys(doings).filter((route) => !route.startsWith('GET')),
    ...Object.keys(exceptions),
  ]
  expect(changing.toSorted()).toEqual(known.toSorted())
})

test.each(Object.keys(doings))('%s', async (route) => {
  const { actions, in: elsewhere, act } = await doings[route]!()
  if (elsewhere) {
    expect((await readTrail(scene.owner, elsewhere)).map(({ action }) => action)).toEqual(actions)
    return
  }
  const entries = await scene.written(act)
  expect(entries.map(({ action }) => action)).toEqual(actions)
  for (const { actor, at } of entries) {
    expect(actor).toEqual({ userId: expect.any(String), name: expect.any(String), side: expect.any(String) })
    expect(new Date(at).toISOString()).toBe(at)
  }
})

test('every act that there is was seen, none holds what somebody wrote, and the chain is whole', async () => {
  const all = await scene.trail()
  expect([...new Set(all.map(({ action }) => action))].toSorted()).toEqual(trailActions.toSorted())
  const text = JSON.stringify(all)
  for (const words of ['壁厚', '2.5 mm', '2.8 mm', '再看一遍', 'hidden', 'ADC12', '王师傅（模具厂）']) {
    expect(text).not.toContain(words)
  }
  expect(await scene.check()).toMatchObject({ brokenAt: null, head: { entries: all.length } })
})
