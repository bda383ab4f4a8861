import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { users } from '../../server/accounts/tables.ts'
import { documents } from '../../server/history/tables.ts'
import { resources } from '../../server/resources/tables.ts'
import { notices } from '../../server/notify/tables.ts'
import { guestResources, guestLinks } from '../../server/guests/tables.ts'
import { members, projects } from '../../server/projects/tables.ts'
import type { RunningServer } from '../../server/open-server.ts'
import type { GuestLink } from '../../shared/guests.ts'
import type { UnreadCounts } from '../../shared/notify.ts'
import type { ProjectSummary } from '../../shared/projects.ts'
import { createDocument, createPerson, join, type Person } from '../helpers/people.ts'
import { startServer } from '../helpers/server.ts'
import { statementsOf } from '../helpers/db/statements.ts'
import { makeLink } from '../helpers/access/guest-people.ts'
import { codeOf } from '../helpers/access/points-of.ts'

let server: RunningServer
let owner: Person, other: Person
let projectId: string, documentId: string
beforeAll(async () => {
  server = await startServer({ limits: { guestLinksPerProject: 40, projectsPerPerson: 40 } })
  owner = await createPerson(server.url, 'Lin Yue')
  other = await createPerson(server.url, '王师傅')
  ;({ projectId, documentId } = await createDocument(owner))
})
afterAll(() => server.close())

const inAYear = () => new Date(Date.now() + 365 * 86_400_000)
const range = (length: number) => Array.from({ length }, (_, index) => index)

const costOf = async (ask: () => Promise<unknown>): Promise<number> =>
  (await statementsOf(ask)).statements.length

/** So many guests of the project, each by a link of their own. */
async function addGuests(count: number): Promise<void> {
  const { database } = server
  const guests = await database
    .insert(users)
    .values(range(count).map((at) => ({ name: `Guest ${at}`, locale: 'en' as const })))
    .returning({ id: users.id })
  const given = { label: 'Wu', side: 'design', role: 'viewer', createdBy: owner.user.id } as const
  const links = await database
    .insert(guestLinks)
    .values(
      guests.map(({ id: userId }) => ({
        ...given,
        projectId,
        userId,
        tokenHash: userId,
        takenAt: new Date(),
        expiresAt: inAYear(),
      })),
    )
    .returning({ id: guestLinks.id })
  await database
    .insert(guestResources)
    .values(links.map(({ id: linkId }) => ({ linkId, resourceId: documentId })))
}

/** So many more projects of the owner’s with one document, whose `other` is a guest and was told something. */
async function addProjects(count: number): Promise<void> {
  const { database } = server
  const createdBy = owner.user.id
  const made = await database
    .insert(projects)
    .values(range(count).map((at) => ({ name: `Lamp ${at}`, createdBy })))
    .returning({ projectId: projects.id })
  const placed = await database
    .insert(resources)
    .values(
      range(2).flatMap(() => made.map((one) => ({ ...one, kind: 'document', title: 'Lamp', createdBy }))),
    )
    .returning({ resourceId: resources.id, projectId: resources.projectId })
  await database.insert(documents).values(placed.map(({ resourceId: id }) => ({ id, kind: 'spec' as const })))
  const opened = placed.slice(0, count)
  const links = await database
    .insert(guestLinks)
    .values(
      opened.map((one) => ({
        ...one,
        label: 'Wu',
        side: 'design' as const,
        role: 'viewer' as const,
        createdBy,
        userId: other.user.id,
        tokenHash: one.resourceId,
        takenAt: new Date(),
        expiresAt: inAYear(),
      })),
    )
    .returning({ linkId: guestLinks.id, projectId: guestLinks.projectId })
  const linkOf = new Map(links.map((link) => [link.projectId, link.linkId]))
  await database
    .insert(guestResources)
    .values(opened.map((one) => ({ resourceId: one.resourceId, linkId: linkOf.get(one.projectId)! })))
  await database.insert(notices).values(
    placed.map((one) => ({
      ...one,
      userId: other.user.id,
      kind: 'raised' as const,
      actorId: createdBy,
      actorName: 'Lin Yue',
      actorSide: 'design' as const,
      excerpt: '',
    })),
  )
}

test('a list of many guest links costs as many statements as one of a few, and has an end', async () => {
  const path = `/api/projects/${projectId}/guest-links`
  const read = () => owner.get<{ links: GuestLink[] }>(path)
  await addGuests(1)
  const few = await costOf(read)
  await addGuests(38)
  expect(await costOf(read)).toBe(few)
  const { links } = await read()
  expect(links.length).toBe(39)
  expect(links.every(({ guest }) => guest !== null)).toBe(true)
  expect(links.every((link) => link.resources[0]?.id === documentId)).toBe(true)
  const { link } = await makeLink(owner, projectId, [documentId])
  const order = { label: 'Wu', side: 'design', role: 'viewer', days: 1, resourceIds: [documentId] }
  const refused = await owner.ask('POST', path, order)
  expect([refused.status, codeOf(refused)]).toEqual([409, 'too_many_guest_links'])
  // one that was withdrawn is listed still
  await owner.ask('DELETE', `${path}/${link.id}`)
  expect(codeOf(await owner.ask('POST', path, order))).toBe('too_many_guest_links')
})

test('what somebody is told of, and is a guest of, costs as many statements in many projects as in one', async () => {
  const unread = () => other.get<UnreadCounts>('/api/notices/unread')
  const list = () => other.get<{ projects: ProjectSummary[] }>('/api/projects')
  await addProjects(1)
  const few = [await costOf(unread), await costOf(list)]
  await addProjects(30)
  expect([await costOf(unread), await costOf(list)]).toEqual(few)
  // of the two documents of each project they see one
  expect((await unread()).total).toBe(31)
  const seen = (await list()).projects
  expect(seen.length).toBe(31)
  expect(seen.every((one) => one.documents === 1 && one.members === 0 && one.openThreads === 0)).toBe(true)
})

test('nobody is in more projects than the limit: not by making one, by the sample, nor by an invitation', async () => {
  const { database } = server
  const person = await createPerson(server.url, 'Chen Min')
  const made = await database
    .insert(projects)
    .values(range(39).map((at) => ({ name: `Lamp ${at}`, createdBy: person.user.id })))
    .returning({ projectId: projects.id })
  const membership = { userId: person.user.id, side: 'design', role: 'owner' } as const
  await database.insert(members).values(made.map((one) => ({ ...one, ...membership })))
  // of several at the same moment one has the last place
  const replies = await Promise.all(
    range(4).map(() => person.ask('POST', '/api/projects', { name: 'Lamp', side: 'design' })),
  )
  expect(replies.map(({ status }) => status).toSorted()).toEqual([201, 409, 409, 409])
  expect(codeOf(replies.find(({ status }) => status === 409)!)).toBe('too_many_projects')
  expect(codeOf(await person.ask('POST', '/api/projects/sample', { locale: 'en' }))).toBe('too_many_projects')
  await expect(join(owner, person, projectId, 'design', 'viewer')).rejects.toThrow('too_many_projects')
  const { projects: listed } = await person.get<{ projects: ProjectSummary[] }>('/api/projects')
  expect(listed.length).toBe(40)
})

test('N2: lists of people, links and invitations are charged to who reads them, by their rows', async () => {
  const asked = owner.user.id
  const charge = vi.spyOn(server.rooms.reading, 'begin')
  const path = `/api/projects/${projectId}`
  await owner.post(`${path}/invites`, { side: 'design', role: 'viewer' })
  for (const list of ['/invites', '/guest-links', '/people', '']) {
    charge.mockClear()
    await owner.get(path + list)
    const [[userId, bytes] = []] = charge.mock.calls
    expect([list, charge.mock.calls.length, userId]).toEqual([list, 1, asked])
    // V18: all that is there, before it is read
    expect(bytes).toBeGreaterThanOrEqual(list === '/guest-links' || list === '/people' ? 40_000 : 2_000)
  }
  charge.mockRestore()
})

test('who asks for a list of many projects again and again waits, and others do not', async () => {
  const once = { decodedBytes: 40_000, decodedBytesPerSecond: 1, spareDecodedBytes: 1 }
  const strict = await startServer({ limits: { ...once, spareDecodedBytesPerSecond: 1 } })
  onTestFinished(() => strict.close())
  const [busy, few] = [await createPerson(strict.url), await createPerson(strict.url)]
  const made = await strict.database
    .insert(projects)
    .values(range(40).map((at) => ({ name: `Lamp ${at}`, createdBy: busy.user.id })))
    .returning({ projectId: projects.id })
  const membership = { userId: busy.user.id, side: 'design', role: 'owner' } as const
  await strict.database.insert(members).values(made.map((one) => ({ ...one, ...membership })))
  const answered: string[] = []
  const list = async (who: string, person: Person) => {
    await person.get('/api/projects').catch(() => {})
    answered.push(who)
  }
  await list('first', busy)
  void list('again', busy)
  for (const who of ['other', 'once more']) {
    await list(who, few)
  }
  expect(answered).toEqual(['first', 'other', 'once more'])
})
