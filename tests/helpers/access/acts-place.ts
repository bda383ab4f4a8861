import { eq } from 'drizzle-orm'
import * as Y from 'yjs'
import { hashOfConfirmation } from '../../../server/accounts/addresses.ts'
import { hashPassword } from '../../../server/accounts/passwords.ts'
import { emailConfirmations } from '../../../server/accounts/tables.ts'
import { newId } from '../../../server/db/columns.ts'
import { createDocument } from '../../../server/documents/documents.ts'
import { documentUpdates } from '../../../server/history/tables.ts'
import { createLink } from '../../../server/guests/guest-links.ts'
import { mailPreferenceOf } from '../../../server/notify/preferences.ts'
import { webhooks } from '../../../server/notify/tables.ts'
import type { RunningServer } from '../../../server/open-server.ts'
import { unchecked } from '../../../server/http/access-recheck.ts'
import { createInvite } from '../../../server/projects/invites.ts'
import { members, projects } from '../../../server/projects/tables.ts'
import { comments, threads } from '../../../server/review/tables.ts'
import { createToken } from '../../../server/tokens/tokens.ts'
import { anchorOf } from '../../../shared/anchors/anchors.ts'
import { textField } from '../../../shared/document/text-field.ts'
import { layOutText } from '../../../shared/document/text-layout.ts'
import { defaultLimits } from '../../../shared/limits.ts'
import type { Role, Side } from '../../../shared/permissions.ts'
import { password, personWith } from '../people.ts'
import { insertPeople, letIn } from './world.ts'

type Inserted = Awaited<ReturnType<typeof insertPeople>>[number]

/** Everybody who can ask for something. All who are or were inside stand on the design side. */
export const actors = [
  'owner',
  'editor',
  'reviewer',
  'viewer',
  'guest',
  'removed',
  'stranger',
  'nobody',
] as const
export type Actor = (typeof actors)[number]

/** What stands for each placeholder of a route, and behind it. */
export type Ids = Record<string, string>

/** A project of its own for one request. Another owner is always there; what is a colleague's is of the same side. */
export async function openPlace(server: RunningServer, who: Actor) {
  const { database } = server
  const passwordHash = await sameHash
  const account = (name: string) => ({ name, email: `${newId()}@example.com`.toLowerCase(), passwordHash })
  const asActor = who === 'guest' ? { name: 'Wang' } : account('Actor')
  const names = [account('Keeper'), account('Colleague'), account('Maker'), asActor]
  const [keeper, colleague, maker, actor] = (await insertPeople(database, names)) as [
    Inserted,
    Inserted,
    Inserted,
    Inserted,
  ]
  const [made] = await database.insert(projects).values({ name: 'Lamp', createdBy: keeper.id }).returning()
  const projectId = made!.id
  const isMember = who === 'owner' || who === 'editor' || who === 'reviewer' || who === 'viewer'
  const brought: [person: { id: string }, role: Role, side?: Side][] = [
    [keeper, 'owner'],
    [colleague, 'reviewer'],
    [maker, 'reviewer', 'manufacture'],
    ...(isMember ? [[actor, who] as [Inserted, Role]] : []),
  ]
  const began = Date.now() - brought.length
  await database.insert(members).values(
    brought.map(([{ id: userId }, role, side = 'design'], at) => {
      const joinedAt = new Date(began + at)
      return { projectId, userId, role, side, joinedAt }
    }),
  )
  const given = { projectId, userId: keeper.id, kind: 'spec', title: 'Lamp', content: text } as const
  const documentId = await createDocument(database, given)

  if (who === 'guest') {
    const link = {
      projectId,
      userId: actor.id,
      side: 'design',
      role: 'reviewer',
      createdBy: keeper.id,
    } as const
    await letIn(database, link, [documentId])
  }
  const user = { id: keeper.id, email: keeper.email!, name: keeper.name }
  return {
    server,
    projectId,
    documentId,
    actor,
    colleague,
    maker,
    keeper: { ...keeper, ...personWith(server.url, keeper.cookie, user) },
    cookie: who === 'nobody' ? '' : actor.cookie,
  }
}
export type Place = Awaited<ReturnType<typeof openPlace>>

/** A few words: a whole specification would be made, and laid out to point into it, a thousand times. */
const text = {
  type: 'doc' as const,
  content: [{ type: 'paragraph', content: [{ type: 'text', text: 'Wall 2.5 mm, die-cast in ADC12.' }] }],
}

/** One hash for all: what it costs is tested elsewhere. */
const sameHash = hashPassword(password)

type Author = 'own' | 'colleague' | 'maker'

export async function textAnchor({ server, documentId }: Place) {
  const [log] = await server.database
    .select({ update: documentUpdates.update })
    .from(documentUpdates)
    .where(eq(documentUpdates.documentId, documentId))
  const doc = new Y.Doc()
  Y.applyUpdate(doc, log!.update)
  return anchorOf(layOutText(doc.getXmlFragment(textField)), documentId, { from: 1, to: 8 })!
}

const people = (place: Place, whose: Author) => {
  const person = place[whose === 'own' ? 'actor' : whose]
  const authorSide: Side = whose === 'maker' ? 'manufacture' : 'design'
  return { authorId: person.id, authorName: person.name, authorSide }
}

/** A number is given once in a place, which several acts may share. */
let numbered = 0

/** A point on the document, with its first comment, of whom and as what it is said. */
export const thread =
  (whose: Author, more: { kind?: 'proposal'; draft?: boolean; withdrawn?: boolean } = {}) =>
  async (place: Place): Promise<Ids> => {
    const { server, projectId, documentId } = place
    const { kind = 'comment', draft = false, withdrawn } = more
    const by = { ...people(place, whose), draft }
    const [threadId, commentId] = [newId(), newId()]
    const number = ++numbered
    await server.database.insert(threads).values({
      id: threadId,
      projectId,
      resourceId: documentId,
      number: draft ? null : number,
      anchor: await textAnchor(place),
      kind,
      severity: 'should',
      replacement: kind === 'proposal' ? [{ type: 'text', text: 'ADC12' }] : null,
      ...by,
    })
    const body = withdrawn ? '' : '壁厚?'
    const first = {
      id: commentId,
      threadId,
      position: draft ? null : 0,
      body,
      withdrawnAt: withdrawn ? new Date() : null,
    }
    await server.database.insert(comments).values({ ...first, ...by })
    return { threadId, commentId }
  }

/** A private answer to the maker's point. */
export const draftReply =
  (whose: Author) =>
  async (place: Place): Promise<Ids> => {
    const { threadId } = await thread('maker')(place)
    const id = newId()
    const reply = { id, threadId: threadId!, body: '好的。', draft: true }
    await place.server.database.insert(comments).values({ ...reply, ...people(place, whose) })
    return { threadId: threadId!, commentId: id }
  }

const nameOf = ({ id, name }: { id: string; name: string }) => ({ userId: id, name, side: 'design' as const })

export const inviteOf =
  (whose: 'own' | 'colleague') =>
  async (place: Place): Promise<Ids> => {
    const order = { projectId: place.projectId, side: 'design', role: 'viewer', days: 1 } as const
    const by = nameOf(place[whose === 'own' ? 'actor' : whose])
    const { invite, token } = await createInvite(unchecked(place.server.database), order, by, defaultLimits)
    return { inviteId: invite.id, token }
  }

export const tokenOf =
  (whose: 'own' | 'colleague') =>
  async (place: Place): Promise<Ids> => {
    const { id: userId } = place[whose === 'own' ? 'actor' : whose]
    const order = { userId, name: 'Nightly export', scope: 'read', projectId: null, days: 1 } as const
    const { id } = await unchecked(place.server.database).transaction((tx) =>
      createToken(tx, order, defaultLimits),
    )
    return { tokenId: id }
  }

export const linkOf =
  (whose: 'own' | 'colleague') =>
  async ({ server, projectId, documentId, ...place }: Place): Promise<Ids> => {
    const given = { label: 'Wu', side: 'design', role: 'viewer', days: 1 } as const
    const order = { ...given, codeHash: null, projectId, resourceIds: [documentId] }
    const by = nameOf(place[whose === 'own' ? 'actor' : whose])
    const { link, token } = await createLink(unchecked(server.database), order, by, defaultLimits)
    return { linkId: link.id, token }
  }

export const webhookOf =
  (whose: 'own' | 'colleague') =>
  async (place: Place): Promise<Ids> => {
    const createdBy = place[whose === 'own' ? 'actor' : whose].id
    const hook = { kind: 'json', url: 'http://127.0.0.1:9/', secret: '', locale: 'en', createdBy } as const
    const { database } = place.server
    const [made] = await database
      .insert(webhooks)
      .values({ ...hook, projectId: place.projectId })
      .returning()
    return { webhookId: made!.id }
  }

export async function version({ keeper, documentId }: Place): Promise<Ids> {
  const path = `/api/documents/${documentId}/versions`
  const { version: kept } = await keeper.post<{ version: { id: string } }>(path, { name: 'one' })
  return { versionId: kept.id }
}

export async function revision({ keeper, projectId }: Place): Promise<Ids> {
  const path = `/api/projects/${projectId}/revisions`
  const made = await keeper.post<{ revision: { id: string } }>(path, { description: '' })
  return { revisionId: made.revision.id }
}

/** The secret of a mail that asked whether the keeper's address is theirs. */
export async function confirmationToken({ server, keeper }: Place): Promise<Ids> {
  const token = newId()
  const sent = { email: keeper.email!, locale: 'en', tokenHash: hashOfConfirmation(token) } as const
  const expiresAt = new Date(Date.now() + 60_000)
  await server.database.insert(emailConfirmations).values({ ...sent, expiresAt })
  return { token }
}

export const mailToken = async ({ server, keeper }: Place): Promise<Ids> => ({
  token: (await mailPreferenceOf(server.database, keeper.id)).token,
})
