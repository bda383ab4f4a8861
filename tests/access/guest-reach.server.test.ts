import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RunningServer } from '../../server/open-server.ts'
import { readReview } from '../../server/review/published.ts'
import { readThreadsOf } from '../../server/review/threads.ts'
import type { RoomEvent } from '../../shared/wire/events.ts'
import { resourceOf, type PublishedReview, type Thread } from '../../shared/review.ts'
import { ownPage, personWith } from '../helpers/people.ts'
import { listenForEvents } from '../helpers/rooms/room-events.ts'
import { startServer } from '../helpers/server.ts'
import { until } from '../helpers/until.ts'
import { inProject, ofPeople } from '../helpers/access/acts.ts'
import { openPlace, type Ids, type Place } from '../helpers/access/acts-place.ts'
import { addClosedContent, type ClosedContent } from '../helpers/access/closed-content.ts'
import { insertPerson, letIn } from '../helpers/access/world.ts'

/** Security 47: every route and event, asked as a guest about everything that exists in a full project. */

let server: RunningServer
let place: Place
let closed: ClosedContent
/** Where things are changed; the other one stays as it was made. */
let full: Place
let fullOfClosed: ClosedContent
beforeAll(async () => {
  server = await startServer({ isAllowedAddress: () => true })
  place = await openPlace(server, 'guest')
  closed = await addClosedContent(place)
  full = await openPlace(server, 'guest')
  fullOfClosed = await addClosedContent(full)
})
afterAll(() => server.close())

/** The same place, asked by another guest. */
async function withAnother(where: Place): Promise<Place> {
  const { projectId, documentId, keeper } = where
  const actor = await insertPerson(server.database, { name: 'Wang' })
  const link = {
    projectId,
    userId: actor.id,
    side: 'design',
    role: 'reviewer',
    createdBy: keeper.id,
  } as const
  await letIn(server.database, link, [documentId])
  return { ...where, actor, cookie: actor.cookie }
}

async function ask(where: Place, method: string, path: string, body?: object) {
  const isBytes = body instanceof Uint8Array
  const reply = await fetch(server.url + path, {
    method,
    headers: {
      ...ownPage(server.url),
      Cookie: where.cookie,
      ...(body && { 'Content-Type': isBytes ? 'image/png' : 'application/json' }),
    },
    ...(body && { body: isBytes ? (body as Uint8Array<ArrayBuffer>) : JSON.stringify(body) }),
  })
  const headers = JSON.stringify([...reply.headers])
  return { status: reply.status, text: headers + Buffer.from(await reply.arrayBuffer()).toString() }
}

const within = (path: string, ids: Ids) =>
  path.replaceAll(/\{(\w+)\}/g, (_all, name) => ids[name === 'resourceId' ? 'documentId' : name] ?? '-')

interface Asked {
  method: string
  path: string
}

async function allRoutes(): Promise<Asked[]> {
  const reply = await fetch(`${server.url}/api/openapi.json`)
  const { paths } = (await reply.json()) as { paths: Record<string, object> }
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({ method: method.toUpperCase(), path })),
  )
}

describe('security 47: every reply to a guest holds nothing of what the guest may not open', () => {
  test('every route that reads, asked about what is open', async () => {
    const { projectId, documentId } = place
    const { threadId, commentId } = closed.openThread
    const ids = { projectId, documentId, threadId, commentId }
    // the figures of the process are none of a project's
    const reading = (await allRoutes()).filter(({ method, path }) => method === 'GET' && path !== '/metrics')
    const looks = reading.map(async ({ method, path }) => {
      const query = path.endsWith('/search')
        ? '?q=closed'
        : path.endsWith('/changes')
          ? '?since=2020-01-01T00:00:00Z'
          : ''
      const { text } = await ask(place, method, within(path, ids) + query)
      expect(closed.leaks(text), `${method} ${path}`).toEqual([])
    })
    await Promise.all(looks)
    expect(looks.length).toBeGreaterThan(25)
  })

  test('every route, asked about what is closed', async () => {
    const { projectId } = place
    const { threadId, commentId } = closed.closedThread
    const ids = { projectId, documentId: closed.closedId, threadId, commentId }
    for (const { method, path } of await allRoutes()) {
      if (!/\{(documentId|threadId)\}/.test(path)) continue
      const { status, text } = await ask(place, method, within(path, ids))
      expect(status, `${method} ${path}`).toBe(404)
      expect(closed.leaks(text), `${method} ${path}`).toEqual([])
    }
  })

  /** What answers a guest with more than that the door is closed, or that they have no account. */
  const answered = (answers: string): boolean => !/^(door|no|acct)$/.test(answers.split(' ')[4]!)
  const acts = [...Object.entries(inProject), ...Object.entries(ofPeople)]
    // whoever signs in is no guest any more
    .filter(([route]) => route !== 'POST /api/sessions')
    .flatMap(([route, rows]) => rows.map((row) => [route, ...row] as const))
    .filter(([, , answers]) => answered(answers))
    .map(([route, what, , making]) => [route, what, making ?? {}] as const)
  /** After these somebody is no guest of the place any more, so that a guest of their own asks. */
  const isLast = (route: string) => /(accounts|sessions.*|guests\/\w+)$/.test(route)
  test.each(acts)('every route that changes something: %s: %s', async (route, _what, { has, sends }) => {
    const here = isLast(route) ? await withAnother(full) : full
    const ids = (await has?.(here)) ?? {}
    const body = typeof sends === 'function' ? await sends(here, ids) : sends
    const [method, path] = route.split(' ') as [string, string]
    const known = { projectId: here.projectId, documentId: here.documentId, ...ids }
    const { text } = await ask(here, method, within(path, known), body)
    expect(text).not.toMatch(/"code":"(session_required|account_required|not_for_guests)"/)
    // who has a secret of the keeper's mail knows the address
    const named = 'token' in ids ? [here.keeper.email!] : []
    expect(fullOfClosed.leaks(text, named)).toEqual([])
  })

  test('a review is counted and told as far as its guest sees it', async () => {
    const { text } = await ask(place, 'GET', `/api/projects/${place.projectId}/reviews`)
    expect(text).toContain(`"id":"${closed.openReview.id}"`)
    expect(text).toContain('"comments":1}')
    const { text: all } = await ask(
      { ...place, cookie: place.keeper.cookie },
      'GET',
      `/api/projects/${place.projectId}/reviews`,
    )
    expect(all).toContain('"comments":3}')
  })

  test('a link to a closed point reads as a link without a number; a member reads it whole', async () => {
    const path = `/api/resources/${place.documentId}/threads`
    const body = (cookie: string) =>
      ask({ ...place, cookie }, 'GET', path).then(
        ({ text }) => /"id":"[^"]*","author":[^}]*},"body":"([^"]*)/.exec(text)?.[1],
      )
    expect(await body(place.cookie)).toBe('#…#…')
    expect(await body(place.keeper.cookie)).toMatch(/^#\d+#\d+$/)
  })
})

describe('security 47: every event to a guest holds nothing of what the guest may not open', () => {
  /** Each type once and more, of what is closed and of what is mixed. A type that is new is to be put here. */
  async function eventsOf(): Promise<Record<RoomEvent['type'], RoomEvent[]>> {
    const { database } = server
    const { projectId } = place
    const thread = async (threadId: string): Promise<Thread> =>
      (await readThreadsOf(database, projectId, [threadId]))[0]!
    const review = async (reviewId: string): Promise<PublishedReview> =>
      (await readReview(database, reviewId))!.review
    const [hidden, whole, open] = [
      await thread(closed.closedThread.threadId),
      await thread(closed.projectThread.threadId),
      await thread(closed.openThread.threadId),
    ]
    const all = [hidden, whole, open]
    const made = { userId: place.keeper.id, name: place.keeper.name, side: 'design' as const }
    const version = { id: closed.marks[0]!, documentId: closed.closedId, number: 1, name: closed.marks[2]! }
    return {
      'thread.saved': all.map((one) => ({ type: 'thread.saved', thread: one })),
      'review.saved': [
        { type: 'review.saved', review: await review(closed.openReview.id), threads: all },
        { type: 'review.saved', review: await review(closed.projectReview.id), threads: all },
        { type: 'review.saved', review: await review(closed.projectReview.id), threads: [hidden] },
      ],
      'threads.changed': [
        {
          type: 'threads.changed',
          threads: all.map(({ id, anchor }) => ({ id, resourceId: resourceOf(anchor) })),
        },
        { type: 'threads.changed', threads: [{ id: hidden.id, resourceId: closed.closedId }] },
      ],
      'review.changed': [{ type: 'review.changed' }],
      'version.saved': [
        { type: 'version.saved', version: { ...version, createdBy: made, createdAt: '' } as never },
      ],
      'version.restored': [
        {
          type: 'version.restored',
          version: { ...version, createdBy: made.name, createdAt: '' },
          kept: { ...version, createdBy: made.name, createdAt: '' },
          by: { id: made.userId, name: made.name },
        },
      ],
      'revision.saved': [{ type: 'revision.saved', revision: { id: closed.marks[3]!, projectId } as never }],
      'project.changed': [{ type: 'project.changed' }],
      'members.changed': [{ type: 'members.changed' }],
    }
  }

  test('of every type', async () => {
    const { user } = await place.keeper.get<{ user: { id: string } }>('/api/accounts/me')
    expect(user.id).toBe(place.keeper.id)
    const guest = personWith(server.url, place.cookie, { ...place.actor, email: '' })
    const heard: RoomEvent[] = []
    const listener = await listenForEvents(guest, place.documentId, (event) => heard.push(event))
    for (const events of Object.values(await eventsOf())) {
      for (const event of events) server.bus.publish(place.projectId, event)
    }
    await until('the last event', () => heard.some(({ type }) => type === 'members.changed'))
    listener.close()
    expect(closed.leaks(JSON.stringify(heard))).toEqual([])
    // the open point links to others, so it is told by id only; of the reviews, two hold something open
    expect(heard.map(({ type }) => type)).toEqual([
      ...Array<string>(3).fill('review.changed'),
      'threads.changed',
      'review.changed',
      'project.changed',
      'members.changed',
    ])
  })
})
