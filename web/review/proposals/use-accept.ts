import { isClosed } from '../../../shared/review.ts'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Editor } from '@tiptap/core'
import { yUndoPluginKey } from '@tiptap/y-tiptap'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type * as Y from 'yjs'
import type { TextAnchor } from '../../../shared/anchors/anchors.ts'
import { fitOf, isWrittenIn, type Fit } from '../../../shared/anchors/proposal-fit.ts'
import { api, ApiError, call } from '../../api.ts'
import { errorText } from '../../ui/feedback/error-text.ts'
import { tellDone, tellError, tellFailed, tellLatest } from '../../ui/feedback/notices.ts'
import { clientLimits } from '../../ui/client-limits.ts'
import { inTurn } from './in-turn.ts'
import { newClientId } from '../queue/client-id.ts'
import { isProposal, type Proposal } from './proposal-drawing.ts'
import { leavesLongRun, replaceIn } from './proposal-text.ts'
import { mergeThread } from '../../sync/threads/thread-store.ts'
import { layoutOf, placeNow } from '../anchors/selection-anchors.ts'

/**
 * Accepting asks the server first, then changes the text here, at once and as one step of this editor's undo.
 * What the person saw is what is replaced: if somebody wrote in the passage meanwhile, nothing is overwritten and
 * the acceptance is given back. Why the two steps are apart, and what shows when the second one is lost, stands
 * beside the server's first (`acceptProposal`). An undo of that step opens the proposal again, and a redo accepts it
 * again: the point follows the text.
 */
export function useAccept(editor: Editor | null, proposals: readonly Proposal[]) {
  const { t } = useTranslation('proposals')
  const queryClient = useQueryClient()
  /** By what was seen of a proposal: pressed again because the reply was lost, it is the same attempt. */
  const attempts = useRef(new Map<string, string>())
  const attemptOf = (seen: string) => {
    const attempt = attempts.current.get(seen) ?? newClientId()
    attempts.current.set(seen, attempt)
    return attempt
  }
  const { mutate, isPending, variables } = useMutation({
    mutationFn: async (proposal: Proposal) => {
      const { id, changes } = proposal
      const { thread, param } = routeOf(proposal)
      const seen = editor && fitNow(editor, proposal)
      if (!editor || !seen || seen.kind === 'removed') return tellDone(t('removed'))
      refuseUntaken(editor, proposal)
      // the button in the text goes with what it did, and that may be told before the reply comes
      const hasFocus = isFocusIn(editor)
      const accepted = await call(
        thread.accept.$post({ param, json: { changes, attempt: attemptOf(`${id} ${changes}`) } }),
      )
      if (write(editor, proposal, seen)) {
        if (hasFocus && (isFocusIn(editor) || isFocusLost())) editor.view.focus()
        return mergeThread(queryClient, accepted.thread)
      }
      const opened = await call(thread.$patch({ param, json: { state: 'open' } }))
      mergeThread(queryClient, opened.thread)
      tellDone(t('changedMeanwhile'))
    },
    onError: tellError,
  })
  useUndone(editor, proposals)
  return {
    accept: (proposal: Proposal) => {
      if (!isPending) mutate(proposal)
    },
    accepting: isPending ? variables.id : null,
  }
}

const routeOf = ({ projectId, id: threadId }: Proposal) => ({
  thread: api.projects[':projectId'].threads[':threadId'],
  param: { projectId, threadId },
})

const fitNow = (editor: Editor, { anchor, replacement }: Proposal): Fit =>
  fitOf(editor.state.doc, placeNow(editor, anchor as TextAnchor), anchor.quote, replacement)

/**
 * The room would refuse the words together with all else that waits to be sent, so the acceptance is refused instead.
 * @throws ApiError `text_run_too_long`
 */
function refuseUntaken(editor: Editor, proposal: Proposal): void {
  const place = placeNow(editor, proposal.anchor as TextAnchor)
  const change = place && replaceIn(editor.state, place, proposal.replacement)
  if (change && leavesLongRun(change, clientLimits().runCharacters)) {
    throw new ApiError('text_run_too_long', {}, 413)
  }
}

/** True when a button in the text has the focus, or the text itself. */
const isFocusIn = ({ view }: Editor): boolean => view.dom.contains(document.activeElement)

/** What had the focus is gone, and nobody has gone on elsewhere. */
const isFocusLost = (): boolean => document.activeElement === null || document.activeElement === document.body

/** What a step of undo notes in its `meta`: the id of the proposal whose words it wrote. */
const acceptedKey = 'acceptedProposal'

const undoManagerOf = (editor: Editor) =>
  (yUndoPluginKey.getState(editor.state) as { undoManager: Y.UndoManager }).undoManager

/** Writes the replacement over the words that were seen. False when other words stand there by now. */
function write(editor: Editor, proposal: Proposal, seen: Fit): boolean {
  if (editor.isDestroyed || !editor.isEditable) return false
  const now = fitNow(editor, proposal)
  if (now.kind === 'stands') return true
  const place = placeNow(editor, proposal.anchor as TextAnchor)
  if (!place || now.kind !== seen.kind || now.text !== seen.text) return false
  const change = replaceIn(editor.state, place, proposal.replacement)
  if (!change) return false
  const undoManager = undoManagerOf(editor)
  const { length } = undoManager.undoStack
  // a step of its own, not joined with what was typed before or is typed after
  undoManager.stopCapturing()
  editor.view.dispatch(change)
  if (undoManager.undoStack.length > length) undoManager.undoStack.at(-1)!.meta.set(acceptedKey, proposal.id)
  undoManager.stopCapturing()
  return true
}

/** Has the point of an accepted proposal follow its words when this editor takes them back, or brings them back. */
function useUndone(editor: Editor | null, proposals: readonly Proposal[]): void {
  const { t } = useTranslation(['proposals', 'errors'])
  const queryClient = useQueryClient()
  const latest = useRef({ proposals, t })
  useEffect(() => {
    latest.current = { proposals, t }
  })
  useEffect(() => {
    if (!editor || editor.isDestroyed) return
    const undoManager = undoManagerOf(editor)
    /** What the server said last here: the list that is shown comes to know it a moment later. */
    const said = new Map<string, Proposal>()
    const follows = inTurn(tellError)
    const follow = async (id: string) => {
      const listed = latest.current.proposals.find((one) => one.id === id)
      const told = said.get(id)
      const proposal = told && told.changes >= (listed?.changes ?? 0) ? told : listed
      if (!proposal || editor.isDestroyed) return
      const { number, accepted, state, changes } = proposal
      const { thread, param } = routeOf(proposal)
      const layout = layoutOf(editor.state)
      if (!layout) return
      // all its words may be others than those that it was raised on: then it is known by its spot
      const isWritten =
        isWrittenIn(editor.state.doc, layout, proposal.anchor as TextAnchor, proposal.replacement) === true
      const counts = accepted && isClosed(state)
      if (isWritten === counts || (!counts && isClosed(state))) return
      try {
        const reply = await call(
          isWritten
            ? thread.accept.$post({ param, json: { changes, attempt: newClientId() } })
            : thread.$patch({ param, json: { state: 'open' } }),
        )
        if (isProposal(reply.thread)) said.set(id, reply.thread)
        mergeThread(queryClient, reply.thread)
        // what was said of the step before is not so any more
        tellLatest(`accepted ${id}`, latest.current.t(isWritten ? 'redone' : 'undone', { number }))
      } catch (error) {
        const why = errorText(error, latest.current.t)
        tellFailed(latest.current.t(isWritten ? 'redoneOnly' : 'undoneOnly', { number, why }))
      }
    }
    const onPopped = ({ stackItem, type }: { stackItem: StackItem; type: 'undo' | 'redo' }) => {
      const id = stackItem.meta.get(acceptedKey) as string | undefined
      if (id === undefined) return
      const { undoStack, redoStack } = undoManager
      // the step that takes this one back is another one
      ;(type === 'undo' ? redoStack : undoStack).at(-1)?.meta.set(acceptedKey, id)
      // one after the other, and when the editor shows it
      follows(() => follow(id))
    }
    undoManager.on('stack-item-popped', onPopped)
    return () => undoManager.off('stack-item-popped', onPopped)
  }, [editor, queryClient])
}

type StackItem = Y.UndoManager['undoStack'][number]
