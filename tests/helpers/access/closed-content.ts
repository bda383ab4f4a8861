import { createDocument } from '../../../server/documents/documents.ts'
import { newId } from '../../../server/db/columns.ts'
import { notices } from '../../../server/notify/tables.ts'
import { comments, reviews, threads } from '../../../server/review/tables.ts'
import { versions } from '../../../server/history/tables.ts'
import { revisions } from '../../../server/signoff/tables.ts'
import { resourceOf, type Anchor } from '../../../shared/review.ts'
import { textAnchor, type Place } from './acts-place.ts'
import { insertPerson, letIn } from './world.ts'

/** The numbers that closed points have: no other thing of a place is counted so far. */
const closedNumbers = { document: 7_177, project: 7_288, draft: -7_399 }

/**
 * Fills a place with everything that a project can hold and a guest may not open, each with a marker of its own, and
 * with what stands open beside it. `leaks` finds markers, ids and numbers of what is closed in what a guest was sent.
 */
export async function addClosedContent(place: Place) {
  const { server, projectId, documentId, keeper, colleague } = place
  const { database } = server
  const marks: string[] = [keeper.email!, colleague.email!]
  const mark = (what: string): string => {
    const word = `closed-${what}-${newId()}`
    marks.push(word)
    return word
  }
  const id = (): string => {
    const made = newId()
    marks.push(made)
    return made
  }
  const by = { authorId: keeper.id, authorName: keeper.name, authorSide: 'design' as const }
  const paragraph = (text: string) => ({ type: 'paragraph', content: [{ type: 'text', text }] })
  const content = { type: 'doc' as const, content: [paragraph(mark('text'))] }
  const given = { projectId, userId: keeper.id, kind: 'spec', title: mark('title'), content } as const
  const closedId = await createDocument(database, given)
  marks.push(closedId)
  await database.insert(versions).values({
    id: id(),
    documentId: closedId,
    number: 1,
    name: mark('version'),
    content,
    state: Buffer.alloc(0),
    createdBy: keeper.id,
  })
  await database.insert(revisions).values({
    id: id(),
    projectId,
    letter: 'A',
    description: mark('revision'),
    record: '{}',
    recordSha256: mark('record'),
    createdBy: keeper.id,
  })

  const stranger = await insertPerson(database, { name: mark('guest') })
  const link = { projectId, userId: stranger.id, side: 'manufacture', createdBy: keeper.id } as const
  await letIn(database, { ...link, role: 'reviewer' }, [closedId])
  marks.push(stranger.id)

  const raise = async (raised: {
    id: string
    number: number
    anchor: Anchor
    body: string
    draft?: boolean
    reviewId?: string
    content?: object
  }) => {
    const { id: threadId, number, anchor, body, draft = false, reviewId } = raised
    const about = resourceOf(anchor)
    const values = {
      id: threadId,
      projectId,
      resourceId: about,
      number: draft ? null : number,
      anchor,
      draft,
      reviewId,
      ...by,
    }
    await database.insert(threads).values({ ...values, kind: 'comment', severity: 'must' })
    const commentId = newId()
    const said = raised.content as typeof comments.$inferInsert.content
    const first = {
      id: commentId,
      threadId,
      position: draft ? null : 0,
      body,
      content: said,
      draft,
      reviewId,
      ...by,
    }
    await database.insert(comments).values(first)
    return { threadId, commentId }
  }
  const quote = mark('quote')
  const inClosed: Anchor = { type: 'text', documentId: closedId, start: '', end: '', quote }
  const open = await textAnchor(place)
  const projectReview = { id: id(), projectId, decision: 'changes', summary: mark('summary'), ...by } as const
  await database.insert(reviews).values(projectReview)
  const openReview = { ...projectReview, id: newId(), resourceId: documentId, summary: 'open' }
  await database.insert(reviews).values(openReview)
  const closedThread = await raise({
    id: id(),
    number: closedNumbers.document,
    anchor: inClosed,
    body: mark('comment'),
    reviewId: openReview.id,
  })
  const projectThread = await raise({
    id: id(),
    number: closedNumbers.project,
    anchor: { type: 'project' },
    body: mark('on-project'),
    reviewId: openReview.id,
  })
  await raise({ id: id(), number: closedNumbers.draft, anchor: open, body: mark('draft'), draft: true })
  const closedIds = [closedThread.threadId, projectThread.threadId]
  const numbers = [closedNumbers.document, closedNumbers.project]
  const links = closedIds.map((threadId, at) => ({
    type: 'pointLink',
    attrs: { threadId, number: numbers[at] },
  }))
  const linking = { type: 'doc', content: [{ type: 'paragraph', content: links }] }
  const body = numbers.map((number) => `#${number}`).join('')
  const openThread = await raise({
    id: newId(),
    number: 3,
    anchor: open,
    body,
    content: linking,
    reviewId: openReview.id,
  })
  const reply = { threadId: openThread.threadId, id: id(), body: mark('draft-reply'), draft: true, ...by }
  await database.insert(comments).values(reply)

  const told = { userId: place.actor.id, projectId, kind: 'reply', number: closedNumbers.document } as const
  const actor = { actorId: keeper.id, actorName: keeper.name, actorSide: 'design' as const }
  const notice = { ...told, ...actor, threadId: closedThread.threadId, excerpt: mark('excerpt') }
  await database.insert(notices).values([
    { ...notice, resourceId: closedId },
    { ...notice, resourceId: null },
  ])

  const patterns = numbers.map((number) => new RegExp(`#${number}\\b|"number":${number}\\b`, 'g'))
  /** What of this stands in a text that a guest was sent. `except`: what they named themselves. */
  const leaks = (text: string, except: readonly string[] = []): string[] => [
    ...marks.filter((marker) => text.includes(marker) && !except.includes(marker)),
    ...patterns.flatMap((pattern) => text.match(pattern) ?? []),
  ]
  return { closedId, closedThread, projectThread, openThread, openReview, projectReview, leaks, marks }
}

export type ClosedContent = Awaited<ReturnType<typeof addClosedContent>>
