import { eq } from 'drizzle-orm'
import sharp from 'sharp'
import * as Y from 'yjs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { textField } from '../../shared/document/text-field.ts'
import { errors } from '../../shared/errors.ts'
import type { RoomEvent } from '../../shared/wire/events.ts'
import type { GuestLink } from '../../shared/guests.ts'
import { limits } from '../../shared/limits.ts'
import { resourceOf, type Thread } from '../../shared/review.ts'
import { documentUpdates } from '../../server/history/tables.ts'
import { guestLinks } from '../../server/guests/tables.ts'
import type { RunningServer } from '../../server/open-server.ts'
import { waitingForLocks } from '../helpers/locks.ts'
import { createDocument, createPerson, openRoom, ownPage, password, type Person } from '../helpers/people.ts'
import { listenForEvents } from '../helpers/rooms/room-events.ts'
import { startServer } from '../helpers/server.ts'
import { until, withinSeconds } from '../helpers/until.ts'
import { enter, makeLink, startOf } from '../helpers/access/guest-people.ts'
import { codeOf, newClientId } from '../helpers/access/points-of.ts'

let server: RunningServer
let owner: Person
let projectId: string, openId: string, closedId: string
beforeAll(async () => {
  server = await startServer({ limits: { loginFreeTries: 2, loginDelayMs: 300 } })
  owner = await createPerson(server.url, 'Lin Yue')
  const document = { kind: 'spec', template: 'spec' } as const
  ;({ projectId, documentId: openId } = await createDocument(owner, { ...document, title: 'Lamp' }))
  const price = { ...document, title: 'Price' }
  closedId = (await owner.post<{ id: string }>(`/api/projects/${projectId}/documents`, price)).id
})
afterAll(() => server.close())

async function raise(person: Person, documentId: string | null, body = '壁厚 1.8 mm 会缩水。') {
  const anchor = documentId === null ? { type: 'project' } : await startOf(server, documentId)
  const thread = { id: newClientId(), commentId: newClientId(), anchor, body }
  return person.ask<{ thread: Thread }>('POST', `/api/projects/${projectId}/threads`, thread)
}

let guests = 0
async function newGuest(more: Parameters<typeof makeLink>[3] = {}, name = `王师傅 ${++guests}`) {
  const { link, token } = await makeLink(owner, projectId, [openId], more)
  const { guest } = await enter(server.url, { token, name, code: more.code })
  return { link, token, guest: guest! }
}

const revoke = (link: GuestLink) => owner.ask('DELETE', `/api/projects/${projectId}/guest-links/${link.id}`)

/** An open room of somebody, with the code that it is closed with. */
async function openSocket(person: Person) {
  const { provider, doc } = openRoom(person, openId)
  const closed: { with?: number } = {}
  provider.on('connection-close', (event) => {
    closed.with ??= event?.code
    provider.shouldConnect = false
  })
  await until('the room to open', () => provider.synced)
  return { provider, doc, closed }
}

/** A picture of one colour; its SHA-256. */
const upload = async (person: Person, background: string) => {
  const create = { width: 8, height: 8, channels: 3, background } as const
  const body = new Uint8Array(await sharp({ create }).png().toBuffer())
  const headers = { ...ownPage(server.url), Cookie: person.cookie, 'Content-Type': 'image/png' }
  const reply = await fetch(`${server.url}/api/projects/${projectId}/files`, {
    method: 'POST',
    headers,
    body,
  })
  return ((await reply.json()) as { file: { sha256: string } }).file.sha256
}

describe('what a guest sees', () => {
  test('the opened documents and their points; nobody’s e-mail, nothing else of the project', async () => {
    const { guest } = await newGuest()
    const [seen] = await Promise.all([raise(owner, openId), raise(owner, closedId), raise(owner, null)])
    const home = await guest.get<{ projects: { id: string; documents: number }[] }>('/api/projects')
    expect(home.projects).toMatchObject([{ id: projectId, documents: 1 }])
    const whole = await guest.get<{
      documents: { id: string }[]
      members: { name: string; email: string | null }[]
      me: object
    }>(`/api/projects/${projectId}`)
    expect(whole.documents.map(({ id }) => id)).toEqual([openId])
    expect(whole.members.map(({ name, email }) => [name, email])).toEqual([['Lin Yue', null]])
    expect(whole.me).toMatchObject({ side: 'manufacture', role: 'reviewer', guestUntil: expect.any(String) })
    const { threads } = await guest.get<{ threads: Thread[] }>(`/api/projects/${projectId}/threads`)
    expect(threads.map(({ id }) => id)).toContain(seen.body.thread.id)
    expect(threads.filter(({ anchor }) => resourceOf(anchor) !== openId)).toEqual([])
    const here = await guest.get<{ threads: Thread[] }>(`/api/resources/${openId}/threads`)
    expect(here.threads).toEqual(threads)
    expect((await guest.ask('GET', `/api/resources/${closedId}/threads`)).status).toBe(404)
    expect(JSON.stringify([home, whole, threads])).not.toContain(owner.user.email)
  })

  test('writes in their own name, in the opened documents only', async () => {
    const { guest } = await newGuest()
    const mine = await raise(guest, openId)
    expect(mine.status).toBe(201)
    expect(mine.body.thread.author).toEqual({
      userId: guest.user.id,
      name: guest.user.name,
      side: 'manufacture',
    })
    expect((await raise(guest, closedId)).status).toBe(404)
    expect((await raise(guest, null)).status).toBe(404)
    const theirs = (await raise(owner, closedId)).body.thread
    const to = `/api/projects/${projectId}/threads/${theirs.id}/comments`
    expect((await guest.ask('POST', to, { id: newClientId(), body: 'and?' })).status).toBe(404)
  })

  test('hears of points in the opened documents, and of no others', async () => {
    const { guest } = await newGuest()
    const heard: RoomEvent[] = []
    const listener = await listenForEvents(guest, openId, (event) => heard.push(event))
    const hidden = await raise(owner, closedId)
    await raise(owner, null)
    await owner.post(`/api/documents/${closedId}/versions`, { name: 'hidden' })
    const last = await raise(owner, openId)
    const heardOf = (id: string) =>
      heard.find((event) => event.type === 'thread.saved' && event.thread.id === id)
    await until('the point in the opened document', () => heardOf(last.body.thread.id))
    listener.close()
    expect(heardOf(hidden.body.thread.id)).toBeUndefined()
    expect(heard.map(({ type }) => type)).toEqual(['thread.saved'])
  })

  test('gets the pictures that the opened documents show or that they sent, and the versions of those', async () => {
    const { guest } = await newGuest()
    const [shown, hidden, own] = [
      await upload(owner, 'red'),
      await upload(owner, 'blue'),
      await upload(guest, 'green'),
    ]
    const put = (documentId: string, sha256: string) =>
      server.rooms.edit(documentId, owner.user.id, (doc) => {
        const image = new Y.XmlElement('imageFile')
        image.setAttribute('sha256', sha256)
        doc.getXmlFragment(textField).push([image])
      })
    await put(openId, shown)
    await put(closedId, hidden)
    const status = async (sha256: string) =>
      (await guest.ask('GET', `/api/projects/${projectId}/files/${sha256}`)).status
    expect([await status(shown), await status(own), await status(hidden)]).toEqual([200, 200, 404])
    const of = (documentId: string) => guest.ask('GET', `/api/documents/${documentId}/versions`)
    expect([(await of(openId)).status, (await of(closedId)).status]).toEqual([200, 404])
  })

  test('has no way into another document’s room or the project’s', async () => {
    const { guest } = await newGuest()
    for (const roomId of [closedId, projectId]) {
      const { provider } = openRoom(guest, roomId)
      await until(
        'the upgrade to be refused',
        () => new Promise((done) => provider.once('connection-error', () => done(true))),
      )
      provider.destroy()
    }
  })
})

describe('the end of a link', () => {
  test('rule 8: revoked, it closes what is open within a second, and no update is accepted after it', async () => {
    const { link, guest } = await newGuest({ role: 'editor' })
    const { provider, doc, closed } = await openSocket(guest)
    const count = async () =>
      (await server.database.select().from(documentUpdates).where(eq(documentUpdates.userId, guest.user.id)))
        .length
    const type = () => doc.getXmlFragment(textField).insert(0, [new Y.XmlElement('paragraph')])
    type()
    await until('the guest’s first update', async () => (await count()) === 1)
    const revoked = revoke(link)
    const typing = setInterval(type, 5)
    expect((await revoked).status).toBe(204)
    const accepted = await count()
    await withinSeconds(1, 'the socket to close', () => closed.with)
    clearInterval(typing)
    provider.destroy()
    expect(closed.with).toBe(errors.access_ended.close)
    expect(await count()).toBe(accepted)
    expect(codeOf(await guest.ask('GET', `/api/documents/${openId}`))).toBe('not_found')
    expect(codeOf(await raise(guest, openId))).toBe('not_found')
  })

  test('rule 8: when its time is over, the open socket closes by itself', async () => {
    const { link, guest } = await newGuest()
    const expiresAt = new Date(Date.now() + 2_000)
    await server.database.update(guestLinks).set({ expiresAt }).where(eq(guestLinks.id, link.id))
    const { provider, closed } = await openSocket(guest)
    await until('the socket to close', () => closed.with, 5)
    provider.destroy()
    expect(Date.now()).toBeGreaterThanOrEqual(expiresAt.getTime())
    expect(closed.with).toBe(errors.access_ended.close)
  })

  test('says in a code of its own that it is unknown, withdrawn or expired', async () => {
    const { link, token } = await makeLink(owner, projectId, [openId])
    const late = await makeLink(owner, projectId, [openId])
    await server.database
      .update(guestLinks)
      .set({ expiresAt: new Date() })
      .where(eq(guestLinks.id, late.link.id))
    await revoke(link)
    const name = 'Wang'
    expect(await enter(server.url, { token: 'unknown', name })).toMatchObject({ code: 'guest_link_invalid' })
    expect(await enter(server.url, { token, name })).toMatchObject({
      status: 410,
      code: 'guest_link_revoked',
    })
    expect(await enter(server.url, { token: late.token, name })).toMatchObject({ code: 'guest_link_expired' })
  })
})

describe('one link is one person', () => {
  test('of two people who open it at the same moment one is told that it is taken', async () => {
    const { token } = await makeLink(owner, projectId, [openId])
    const both = await Promise.all(['Wang', 'Zhang'].map((name) => enter(server.url, { token, name })))
    expect(both.map(({ code }) => code).toSorted()).toEqual(['guest_link_taken', null])
  })

  test('the same person comes back by the session; without a code nobody comes from another device', async () => {
    const { token, guest } = await newGuest()
    const again = await enter(server.url, { token }, guest.cookie)
    expect(again.guest!.user.id).toBe(guest.user.id)
    expect(await enter(server.url, { token, name: '王师傅' })).toMatchObject({ code: 'guest_link_taken' })
  })

  test('with the code they move to another device, and the first one is out', async () => {
    const { token, guest } = await newGuest({ code: '4711' })
    const { provider, closed } = await openSocket(guest)
    const moved = await enter(server.url, { token, code: '4711' })
    await withinSeconds(1, 'the first device’s socket to close', () => closed.with)
    provider.destroy()
    expect(moved.guest!.user.id).toBe(guest.user.id)
    expect(codeOf(await guest.ask('GET', '/api/accounts/me'))).toBe('session_required')
    expect((await moved.guest!.ask('GET', `/api/documents/${openId}`)).status).toBe(200)
  })

  test('of two who bring the code at once one is in: never two, whoever comes second ends the first', async () => {
    const { token, guest } = await newGuest({ code: '4711' })
    const { database } = server
    let moving: ReturnType<typeof enter>[] = []
    await database.transaction(async (db) => {
      // both are at the link's row before either has a session
      await db.select().from(guestLinks).where(eq(guestLinks.userId, guest.user.id)).for('update')
      moving = [1, 2].map(() => enter(server.url, { token, code: '4711' }))
      await until('both to wait', async () => (await waitingForLocks(database)) === 2)
    })
    const moved = await Promise.all(moving)
    expect(moved.map(({ code }) => code)).toEqual([null, null])
    const asked = await Promise.all(moved.map((one) => one.guest!.ask('GET', `/api/documents/${openId}`)))
    expect(asked.map(({ status }) => status).toSorted()).toEqual([200, 401])
  })

  test('an access code keeps others out, tells them no titles, and is slowed under guessing', async () => {
    const { token } = await makeLink(owner, projectId, [openId], { code: '4711' })
    const look = await owner.ask<{ offer: object }>('POST', '/api/guests/look', { token })
    expect(look.body.offer).toMatchObject({ needsCode: true, resources: [], state: 'new' })
    const started = performance.now()
    const tries = Array.from({ length: 8 }, (_, i) => enter(server.url, { token, name: 'X', code: `${i}` }))
    const codes = (await Promise.all(tries)).map(({ code }) => code)
    expect(codes).toContain('guest_code_wrong')
    expect(codes).toContain('too_many_requests')
    expect(codes).not.toContain(null)
    expect(performance.now() - started).toBeGreaterThan(300)
  })

  test('an access code is one code in whatever width it is typed', async () => {
    for (const [at, [set, typed]] of [
      ['2468', '２４６８'],
      ['２４６８', '2468'],
      ['ＡＢ１２', 'ＡＢ１２'],
    ].entries()) {
      const { token } = await makeLink(owner, projectId, [openId], { code: set })
      const came = await enter(server.url, { token, name: `Wide ${at}`, code: typed })
      expect(came.code, typed).toBeNull()
    }
  })

  test('who has an account comes in as who they are, and a member is told that they are inside', async () => {
    const { token } = await makeLink(owner, projectId, [openId])
    const zhang = await createPerson(server.url, 'Zhang')
    expect((await enter(server.url, { token }, owner.cookie)).code).toBe('already_member')
    expect((await enter(server.url, { token }, zhang.cookie)).guest!.user.id).toBe(zhang.user.id)
    expect((await zhang.ask('GET', `/api/documents/${closedId}`)).status).toBe(404)
  })
})

const claim = async (guest: Person, email: string) => {
  const body = JSON.stringify({ email, password })
  const headers = { ...ownPage(server.url), Cookie: guest.cookie, 'Content-Type': 'application/json' }
  const reply = await fetch(`${server.url}/api/guests/claim`, { method: 'POST', headers, body })
  return { status: reply.status, body: (await reply.json()) as { user: { id: string } } }
}

describe('becoming an account', () => {
  test('keeps the person and what they wrote, opens no more than the link did, and needs the password', async () => {
    const { token, guest } = await newGuest({ code: '4711' })
    const { thread } = (await raise(guest, openId)).body
    const email = `${newClientId().toLowerCase()}@example.com`
    expect((await claim(guest, owner.user.email)).status).toBe(409)
    const claimed = await claim(guest, email)
    expect([claimed.status, claimed.body.user.id]).toEqual([200, guest.user.id])
    expect(codeOf(await guest.ask('GET', '/api/accounts/me')), 'the guest’s session').toBe('session_required')
    const reply = await fetch(`${server.url}/api/sessions`, {
      method: 'POST',
      headers: { ...ownPage(server.url), 'Content-Type': 'application/json' },
      body: JSON.stringify({ email, password }),
    })
    const cookie = reply.headers.getSetCookie()[0]!.split(';', 1)[0]!
    const account = (await enter(server.url, { token }, cookie)).guest!
    const { threads } = await account.get<{ threads: Thread[] }>(`/api/projects/${projectId}/threads`)
    expect(threads.find(({ id }) => id === thread.id)!.author.userId).toBe(account.user.id)
    expect((await account.ask('GET', `/api/documents/${closedId}`)).status).toBe(404)
    expect((await account.ask('POST', '/api/projects', { name: 'Own' })).status).toBe(201)
    // the code is no way into an account
    expect(await enter(server.url, { token, code: '4711' })).toMatchObject({ code: 'guest_link_taken' })
  })
})

test('owners see their links, who took them and until when; the secret and the code are not kept', async () => {
  const { link, guest, token } = await newGuest({ code: '4711' })
  const { links } = await owner.get<{ links: GuestLink[] }>(`/api/projects/${projectId}/guest-links`)
  expect(links.find(({ id }) => id === link.id)).toMatchObject({
    label: '王师傅（模具厂）',
    hasCode: true,
    resources: [{ id: openId, title: 'Lamp' }],
    guest: {
      userId: guest.user.id,
      name: guest.user.name,
      hasAccount: false,
      lastSeenAt: expect.any(String),
    },
  })
  const rows = await server.database.select().from(guestLinks)
  expect(JSON.stringify(rows)).not.toContain(token)
  expect(rows.find(({ id }) => id === link.id)!.codeHash).toMatch(/^\$argon2id/)
})

test('a link is looked at and entered by so often an hour from one network; other links open still', async () => {
  const { token } = await newGuest({ code: '4711' })
  const statuses: number[] = []
  const once = limits.arrivalsPerHour.value / 2
  while (statuses.length < once) {
    statuses.push((await owner.ask('POST', '/api/guests/look', { token })).status)
  }
  // coming in was the first
  expect(statuses.slice(-2)).toEqual([200, 429])
  expect(await enter(server.url, { token, code: '4711' })).toMatchObject({
    status: 429,
    code: 'too_many_requests',
  })
  expect((await newGuest()).guest).not.toBeNull()
})

test('a point that is sent again from where another link led is not found; nothing is said of it', async () => {
  const { guest } = await newGuest()
  const { body } = await raise(guest, openId)
  const { token } = await makeLink(owner, projectId, [closedId])
  expect((await enter(server.url, { token }, guest.cookie)).status).toBe(200)
  const { id, comments } = body.thread
  const anchor = await startOf(server, closedId)
  const again = await guest.ask('POST', `/api/projects/${projectId}/threads`, {
    id,
    commentId: comments[0]!.id,
    anchor,
    body: '壁厚 1.8 mm 会缩水。',
  })
  expect([again.status, codeOf(again)]).toEqual([404, 'not_found'])
})
