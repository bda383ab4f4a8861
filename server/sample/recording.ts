import { asc, eq } from 'drizzle-orm'
import type { DocumentKind } from '../../shared/documents.ts'
import type { TrailActor } from '../../shared/trail.ts'
import type { Transaction } from '../db/database.ts'
import { commentEntry, subjectOf } from '../review/trail.ts'
import { comments, threads } from '../review/tables.ts'
import { appendTrail, type Act } from '../trail/append.ts'
import { cast, type Person } from './cast.ts'
import type { People, SeededDocument } from './threads.ts'

// The sample's trail tells its story in the right order and names its people. It says on its first line that it is a
// sample, and every line bears the time at which it was written: a trail is never dated back.

export const actorIn = (people: People, person: Person): TrailActor => ({
  userId: people[person].id,
  name: people[person].name,
  side: cast[person].side,
})

/** Who joined, what was drawn, and who began which document. */
export async function recordBeginning(
  tx: Transaction,
  projectId: string,
  people: People,
  { brief, spec }: Record<DocumentKind, SeededDocument>,
  file: { sha256: string; name: string },
): Promise<void> {
  const joined = (Object.keys(cast) as Person[]).map((person): Act => {
    const actor = actorIn(people, person)
    const { side, role } = cast[person]
    const { userId, name } = actor
    return { actor, action: 'member.joined', subject: { person: { userId, name } }, details: { side, role } }
  })
  const created = ({ id, title, kind }: SeededDocument, person: Person): Act => ({
    actor: actorIn(people, person),
    action: 'document.created',
    subject: { document: { id, title } },
    details: { kind },
  })
  const drawn: Act = { actor: actorIn(people, 'engineer'), action: 'file.added', subject: { file } }
  const begun = [created(brief, 'designer'), created(spec, 'engineer')]
  await appendTrail(tx, projectId, [...joined, drawn, ...begun])
}

/** Every point as it was raised, answered and closed. */
export async function recordThreads(tx: Transaction, projectId: string): Promise<void> {
  const said = await tx
    .select({ thread: threads, comment: comments })
    .from(comments)
    .innerJoin(threads, eq(threads.id, comments.threadId))
    .where(eq(threads.projectId, projectId))
    .orderBy(asc(comments.createdAt), asc(threads.number))
  const told = said.map(({ thread, comment }) => ({
    at: comment.createdAt,
    act: commentEntry(thread, comment),
  }))
  const all = new Map(said.map(({ thread }) => [thread.id, thread]))
  const closed = [...all.values()].flatMap((thread) => {
    const { closedAt, closedById, closedByName, closedBySide, state } = thread
    if (!closedAt || !closedById || !closedByName) return []
    const act: Act = {
      actor: { userId: closedById, name: closedByName, side: closedBySide },
      action: 'thread.changed',
      subject: subjectOf(thread),
      details: { state: { from: 'open', to: state } },
    }
    return [{ at: closedAt, act }]
  })
  const inOrder = [...told, ...closed].toSorted((one, other) => one.at.getTime() - other.at.getTime())
  await appendTrail(
    tx,
    projectId,
    inOrder.map(({ act }) => act),
  )
}
