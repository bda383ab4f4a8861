import { afterAll, beforeAll, expect, test } from 'vitest'
import type { RunningServer } from '../../server/open-server.ts'
import { enter, makeLink } from '../helpers/access/guest-people.ts'
import { createDocument, createPerson } from '../helpers/people.ts'
import { startServer } from '../helpers/server.ts'

let server: RunningServer
beforeAll(async () => void (server = await startServer()))
afterAll(() => server.close())

test.each(['removed', 'left'] as const)(
  'a member who was a guest before has no way in any more when they are %s',
  async (how) => {
    const owner = await createPerson(server.url, 'Lin Yue')
    const { projectId, documentId } = await createDocument(owner)
    const zhou = await createPerson(server.url, 'Zhou')
    const { token } = await makeLink(owner, projectId, [documentId])
    expect((await enter(server.url, { token }, zhou.cookie)).code).toBeNull()
    const invitation = await owner.post<{ token: string }>(`/api/projects/${projectId}/invites`, {
      side: 'design',
      role: 'editor',
    })
    await zhou.post('/api/invites/accept', { token: invitation.token })
    const statuses = async () => {
      const threads = `/api/projects/${projectId}/threads`
      const asked = [`/api/resources/${documentId}/threads`, threads, `/api/projects/${projectId}`]
      return Promise.all(asked.map(async (path) => (await zhou.ask('GET', path)).status))
    }
    expect(await statuses()).toEqual([200, 200, 200])

    const all = `/api/projects/${projectId}/members`
    if (how === 'removed') await owner.ask('DELETE', `${all}/${zhou.user.id}`)
    else await zhou.ask('DELETE', `${all}/me`)
    expect(await statuses()).toEqual([404, 404, 404])
    const { people } = await owner.get<{ people: { userId: string }[] }>(`/api/projects/${projectId}/people`)
    expect(people.map(({ userId }) => userId)).toEqual([owner.user.id])
    const { entries } = await owner.get<{ entries: { action: string }[] }>(`/api/projects/${projectId}/trail`)
    const last = entries
      .map(({ action }) => action)
      .filter((action) => /guest|member\.(left|removed)/.test(action))
    expect(last.toSorted().slice(-2)).toContain(`member.${how}`)
    expect(last).toContain('guest.link_revoked')
    // another link lets them in again
    const next = await makeLink(owner, projectId, [documentId])
    expect((await enter(server.url, { token: next.token }, zhou.cookie)).code).toBeNull()
    expect((await statuses())[0]).toBe(200)
  },
)
