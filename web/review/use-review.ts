import { useQuery } from '@tanstack/react-query'
import type { Editor, Extensions } from '@tiptap/core'
import { useContext, useEffect, useMemo, useState } from 'react'
import { plainTextOf, readContent, type CommentContent } from '../../shared/comment/content.ts'
import { can, sees } from '../../shared/permissions.ts'
import type { Person, Standing } from '../../shared/projects.ts'
import { resourceOf, type Anchor, type Author, type Severity, type Thread } from '../../shared/review.ts'
import { rightsIn, type Rights } from '../../shared/thread-rules.ts'
import type { Room } from '../sync/room.ts'
import { useObserved } from '../sync/use-room.ts'
import { NewSince } from '../ui/NewMark.tsx'
import { noPointValues, type PointValues } from '../ui/PointFields.tsx'
import { begunWords, type BegunWords } from './drafts/begun.ts'
import { createHighlights, bringIntoView, showHighlights } from './anchors/highlights.ts'
import { markedIn } from './anchors/marked.ts'
import type { Ranks } from './anchors/places.ts'
import { anchorOfNode, anchorOfSelection, anchorOfWhole } from './anchors/selection-anchors.ts'
import { newClientId } from './queue/client-id.ts'
import type { CommentQueue } from './queue/comment-queue.ts'
import { queueOf } from './queue/queues.ts'
import type { Outgoing } from './queue/outgoing.ts'
import { useLiveThreads } from '../sync/threads/live-threads.ts'
import { threadsQuery } from '../sync/threads/thread-lists.ts'
import { useKeptDraft } from './drafts/use-kept-draft.ts'
import { useProposals, type Proposals } from './proposals/use-proposals.ts'

/** A comment that is being written on a passage, a block, a cell, a picture or the project. */
export interface Draft {
  id: string
  anchor: Anchor
  content: CommentContent | null
  severity: Severity
  fields: PointValues
  /** True when it was begun earlier: then it is shown and does not take the focus. */
  isRestored?: boolean
}

export interface ReviewOptions {
  projectId: string
  documentId: string
  me: Standing & { name: string }
  /** Who can be named and be a point's assignee. */
  people: readonly Person[]
  room: Room | null
  /** The thread that is looked at, as the address says. */
  active: string | null
  onActive(threadId: string | null): void
  /** Brings the points into view, when a comment is begun or a mark is pressed. */
  onShow(): void
}

/** What somebody wrote, as it is sent: `draft` keeps it to its author until a review. */
export interface Words {
  content: CommentContent
  draft: boolean
}

/** The points of one document: what they are, where they stand, and what may be done with them. */
export interface Review {
  projectId: string
  documentId: string
  me: Author
  canWrite: boolean
  rights(thread: Thread): Rights
  /** Who sees what stands there, and so can be named in it and be its assignee. */
  peopleOn(anchor: Anchor): readonly Author[]
  threads: Thread[]
  loading: boolean
  error: unknown
  retry(): void
  ranks: Ranks
  outgoing: readonly Outgoing[]
  queue: CommentQueue
  active: string | null
  activate(threadId: string | null): void
  draft: Draft | null
  discardDraft(): void
  changeDraft(change: Partial<Draft>): void
  /** Begins a comment on what is selected. False when nothing is. */
  raise(): boolean
  /** Begins a comment on the block, cell or picture that begins at a position of the text, or on the project. */
  raiseAt(at: number): boolean
  raiseOnWhole(): boolean
  /** Absent for a guest, who sees no point on the project. */
  raiseOnProject?: () => void
  sendDraft(draft: boolean): void
  reply(threadId: string, words: Words): void
  /** What is begun waits on this device: replies while another point is looked at, and all of it over a reload. */
  begun: BegunWords
  proposals: Proposals
  /** For an editor, which begins with what is known now. */
  extensions(): Extensions
  onEditor(editor: Editor): void
}

/** What a point's card needs; it also stands where no document is open. */
export type CardReview = Pick<
  Review,
  | 'projectId'
  | 'me'
  | 'canWrite'
  | 'rights'
  | 'peopleOn'
  | 'ranks'
  | 'outgoing'
  | 'queue'
  | 'active'
  | 'activate'
  | 'reply'
  | 'begun'
> & {
  proposals?: Proposals
}

export function useReview(options: ReviewOptions): Review {
  const { projectId, documentId, me, room, active } = options
  const query = useQuery(threadsQuery(projectId, documentId))
  const threads = useMemo(() => query.data ?? [], [query.data])
  const [editor, setEditor] = useState<Editor | null>(null)
  const [highlights] = useState(createHighlights)
  const begun = useMemo(() => begunWords(me.userId, projectId), [me.userId, projectId])
  const ranks = useObserved(highlights.ranks)
  const canWrite = can(me.role, 'thread.write', me.phase)
  const { draft, setDraft, discardDraft } = useKeptDraft(begun, documentId, canWrite)
  const queue = queueOf(me.userId, projectId)
  const outgoing = useObserved(queue.items)
  useWakes(queue, room)
  const { onActive, onShow } = options
  useEffect(
    () =>
      highlights.onPick((threadId) => {
        onActive(threadId)
        onShow()
      }),
    [highlights, onActive, onShow],
  )

  useLiveThreads(room, projectId, documentId)

  const proposals = useProposals({
    documentId,
    me,
    begun,
    threads,
    editor,
    canWrite,
    onPick: onActive,
    onShow,
  })
  const written = draft ?? proposals.draft
  const reader = useContext(NewSince)
  const marked = useMemo(
    () => markedIn(threads, outgoing, written, reader),
    [threads, outgoing, written, reader],
  )
  const shown = written ? 'draft' : active
  useEffect(() => {
    if (editor && !editor.isDestroyed) showHighlights(editor, { marked, active: shown })
  }, [editor, marked, shown])

  const author = useMemo<Author>(
    () => ({ userId: me.userId, name: me.name, side: me.side }),
    [me.userId, me.name, me.side],
  )
  const begin = (anchor: Anchor | null) => {
    if (!anchor || !canWrite) return false
    setDraft((now) => ({
      id: now?.id ?? newClientId(),
      content: now?.content ?? null,
      severity: now?.severity ?? 'should',
      fields: now?.fields ?? noPointValues,
      anchor,
    }))
    onShow()
    return true
  }
  const raise = () => begin(editor && anchorOfSelection(editor, documentId))
  useRaiseKey(raise)
  const send = (threadId: string, { content, draft: isDraft }: Words, raises?: Outgoing['raises']) =>
    queue.send({
      ...outgoingOf(content),
      id: newClientId(),
      threadId,
      author,
      draft: isDraft,
      raises,
      documentId,
    })

  return {
    projectId,
    documentId,
    me: author,
    canWrite,
    rights: (thread) => rightsIn(thread, me),
    peopleOn: (anchor) => whoSee(options.people, anchor),
    threads,
    loading: query.isPending,
    // who has an answer, be it of no points at all, goes on with it when the next one does not come
    error: query.data ? null : query.error,
    retry: () => void query.refetch(),
    ranks,
    outgoing,
    queue,
    active,
    activate(threadId) {
      onActive(threadId)
      if (editor && threadId) bringIntoView(editor, threadId)
    },
    draft,
    discardDraft,
    changeDraft: (change) => setDraft((now) => now && { ...now, ...change }),
    raise,
    raiseAt: (at) => begin(editor && anchorOfNode(editor, documentId, at)),
    raiseOnWhole: () => begin(editor && anchorOfWhole(editor, documentId)),
    raiseOnProject: me.guestUntil === null ? () => void begin({ type: 'project' }) : undefined,
    sendDraft(isDraft) {
      if (!draft?.content) return
      const { anchor, severity, fields, content } = draft
      send(newClientId(), { content, draft: isDraft }, { anchor, severity, ...fields })
      discardDraft()
    },
    reply: send,
    begun,
    proposals,
    extensions: () => [highlights.extension({ marked, active: shown }), proposals.extension()],
    onEditor: setEditor,
  }
}

/** What waits is tried again as soon as the room's link tells that the server is there. */
function useWakes(queue: CommentQueue, room: Room | null): void {
  useEffect(() => {
    if (!room) return
    let wasAway = true
    return room.state.subscribe(() => {
      const { kind } = room.state.get()
      const isThere = kind === 'saved' || kind === 'saving'
      if (isThere && wasAway) queue.wake()
      wasAway = !isThere
    })
  }, [queue, room])
}

/** The key that begins a comment on what is selected. */
export const raiseKeys = ['mod', 'alt', 'M']

/** Ctrl/⌘ Alt M, by the key's place, since Alt changes what it types on some keyboards. */
function useRaiseKey(raise: () => boolean): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.code === 'KeyM' && event.altKey && (event.ctrlKey || event.metaKey) && raise()) {
        event.preventDefault()
      }
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [raise])
}

/** Who sees the place that an anchor points at. */
export const whoSee = (people: readonly Person[], anchor: Anchor): Person[] =>
  people.filter((person) => sees(person, resourceOf(anchor)))

/** Content as it waits and is shown: with its plain text. */
export function outgoingOf(content: CommentContent): { content: CommentContent; body: string } {
  const doc = readContent(content)
  return { content, body: doc ? plainTextOf(doc) : '' }
}
