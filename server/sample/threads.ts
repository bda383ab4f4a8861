import * as Y from 'yjs'
import { anchorOf } from '../../shared/anchors/anchors.ts'
import { textField } from '../../shared/document/text-field.ts'
import { layOutText } from '../../shared/document/text-layout.ts'
import type { DocumentKind } from '../../shared/documents.ts'
import type { Anchor, severities, threadKinds, ThreadState } from '../../shared/review.ts'
import type { users } from '../accounts/tables.ts'
import { newId } from '../db/columns.ts'
import type { Queries } from '../db/database.ts'
import { comments, threads } from '../review/tables.ts'
import { cast, type Person } from './cast.ts'

/** A point as it is written down for the sample. */
export interface SampleThread {
  /** Its passage is the first place in the document where the words stand. */
  on: { document: DocumentKind; quote: string } | { document: 'project' }
  kind: (typeof threadKinds)[number]
  severity: (typeof severities)[number]
  state: ThreadState
  /** When it was raised; answers follow every few hours. */
  hoursAgo: number
  /** Who said what; the first one raised the point. */
  said: [Person, string][]
  closed?: { by: Person; reason: string }
}

export type People = Record<Person, typeof users.$inferSelect>

/** A document of the sample, with the state that its text was seeded with. */
export interface SeededDocument {
  id: string
  doc: Y.Doc
  kind: DocumentKind
  title: string
}

const hour = 3_600_000
const hoursBetweenAnswers = 5

/** Writes the sample's points, numbered in the order in which they were raised. */
export async function writeThreads(
  db: Queries,
  projectId: string,
  points: SampleThread[],
  people: People,
  documents: Record<DocumentKind, SeededDocument>,
): Promise<void> {
  const now = Date.now()
  const inOrder = points.toSorted((one, other) => other.hoursAgo - one.hoursAgo)
  for (const [index, thread] of inOrder.entries()) {
    const said = thread.said.map(([person, body], position) => ({
      id: newId(),
      position,
      ...authorOf(people, person),
      body,
      createdAt: new Date(now - (thread.hoursAgo - position * hoursBetweenAnswers) * hour),
    }))
    const { on, kind, severity, state, closed } = thread
    const first = said[0]!
    const last = said.at(-1)!
    const threadId = newId()
    await db.insert(threads).values({
      id: threadId,
      projectId,
      resourceId: on.document === 'project' ? null : documents[on.document].id,
      number: index + 1,
      anchor: on.document === 'project' ? { type: 'project' } : anchorIn(documents[on.document], on.quote),
      kind,
      severity,
      state,
      changes: said.length - (state === 'open' ? 1 : 0),
      lastPosition: said.length - 1,
      authorId: first.authorId,
      authorName: first.authorName,
      authorSide: first.authorSide,
      createdAt: first.createdAt,
      ...(closed && closedBy(people, closed, new Date(last.createdAt.getTime() + hour))),
    })
    await db.insert(comments).values(said.map((comment) => ({ ...comment, threadId })))
  }
}

function anchorIn({ id, doc }: SeededDocument, quote: string): Anchor {
  const layout = layOutText(doc.getXmlFragment(textField))
  const words = layout.words()
  const bare = quote.replace(/\s+/g, '')
  const at = words.bare.indexOf(bare)
  const anchor =
    at < 0
      ? null
      : anchorOf(layout, id, {
          from: words.position(at),
          to: words.position(at + bare.length - 1) + 1,
        })
  if (!anchor) throw new Error(`The sample does not say “${quote}”`)
  return anchor
}

const authorOf = (people: People, person: Person) => ({
  authorId: people[person].id,
  authorName: people[person].name,
  authorSide: cast[person].side,
})

const closedBy = (people: People, { by, reason }: { by: Person; reason: string }, closedAt: Date) => ({
  closedById: people[by].id,
  closedByName: people[by].name,
  closedBySide: cast[by].side,
  closedAt,
  closedReason: reason,
})
