import { useLocalStorage } from '@mantine/hooks'
import type { Editor, Extension } from '@tiptap/core'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { TextAnchor } from '../../../shared/anchors/anchors.ts'
import { mayAccept } from '../../../shared/rules/thread-rules.ts'
import type { Membership } from '../../../shared/projects.ts'
import { isClosed, isPending, type Replacement, type Thread } from '../../../shared/review.ts'
import { useObserved } from '../../sync/room/use-room.ts'
import { tellDone } from '../../ui/feedback/notices.ts'
import { useModAltKey } from '../../ui/use-mod-alt-key.ts'
import type { Passage } from '../drafts/autosave.ts'
import { newClientId } from '../queue/client-id.ts'
import type { Reviewer } from '../reviewer/use-reviewer.ts'
import { anchorOfText, placeNow } from '../anchors/selection-anchors.ts'
import { isProposal, type Proposal } from './proposal-drawing.ts'
import { createProposalMarks, showProposals } from './proposal-marks.ts'
import type { Fit } from '../../../shared/anchors/proposal-fit.ts'
import { passageAt } from './proposal-text.ts'
import { useAccept } from './use-accept.ts'

/** A change that is being written: what stands there, and what to begin from. */
export interface ProposalDraft {
  id: string
  anchor: TextAnchor
  passage: Passage
  /** What was begun of it earlier: then it is shown and does not take the focus. */
  earlier?: { replacement: Replacement; why: string }
}

/** The proposals of one document and what may be done with them. */
export interface Proposals {
  canAccept: boolean
  /** False: they are not drawn in the text. */
  visible: boolean
  setVisible(visible: boolean): void
  count: number
  draft: ProposalDraft | null
  /** Keeps on this device what is written of the draft; null when it is as it was at first. */
  keepDraft(written: { replacement: Replacement; why: string } | null): void
  /** Closes the draft: it was sent, or is not wanted. */
  endDraft(): void
  /** Begins a proposal on what is selected. False when nothing is, or what a proposal cannot replace. */
  propose(): boolean
  /** Begins another proposal with the words of this one, on the text as it is now. */
  revise(proposal: Proposal): void
  /** How it fits the text; undefined while that is not known. */
  fit(thread: Thread): Fit | undefined
  /** True when it was accepted and the former words stand in the text all the same. */
  isUnwritten(thread: Thread): boolean
  accept(proposal: Proposal): void
  accepting: string | null
  /** For an editor, which begins with what is known now. */
  extension(): Extension
}

interface Needs {
  documentId: string
  me: Membership
  threads: readonly Thread[]
  editor: Editor | null
  reviewer: Pick<Reviewer, 'autosave' | 'canWrite'>
  /** Goes to a point whose mark was pressed, and shows it. */
  onPick(threadId: string): void
  onShow(): void
}

export function useProposals(needs: Needs): Proposals {
  const { documentId, me, threads, editor, onPick, onShow } = needs
  const { autosave, canWrite } = needs.reviewer
  const { t } = useTranslation(['proposals', 'review'])
  const [marks] = useState(createProposalMarks)
  const fits = useObserved(marks.fits)
  const [draft, setDraft] = useState<ProposalDraft | null>(() => {
    const kept = canWrite ? autosave.latest('proposal', documentId) : null
    return kept && { ...kept, earlier: kept }
  })
  const [visible, setVisible] = useLocalStorage({
    key: 'proposals-in-text',
    defaultValue: true,
    getInitialValueInEffect: false,
  })
  const canAccept = mayAccept(me)
  const proposals = useMemo(
    () => threads.filter(isProposal).filter(({ state, accepted }) => state !== 'declined' || accepted),
    [threads],
  )
  const words = useMemo(
    () => ({
      by: onceEach((name) => t('inText.by', { name })),
      accept: onceEach((name) => t('inText.accept', { name })),
      draft: t('review:draft'),
      nothing: t('nothing'),
    }),
    [t],
  )
  const told = useMemo(
    () => ({ proposals, visible, canAccept, words }),
    [proposals, visible, canAccept, words],
  )
  useEffect(() => {
    if (editor && !editor.isDestroyed) showProposals(editor, told)
  }, [editor, told])

  const { accept, accepting } = useAccept(editor, proposals)
  const latest = useRef({ proposals, accept, onPick })
  useEffect(() => {
    latest.current = { proposals, accept, onPick }
  })
  useEffect(
    () =>
      marks.onPick((threadId, accepts) => {
        const now = latest.current
        const proposal = now.proposals.find(({ id }) => id === threadId)
        if (accepts && proposal) return now.accept(proposal)
        now.onPick(threadId)
      }),
    [marks],
  )

  const propose = () => {
    if (!canWrite || !editor) return false
    const { from, to, empty } = editor.state.selection
    const anchor = empty ? null : anchorOfText(editor, documentId, { from, to })
    const place = anchor && placeNow(editor, anchor)
    if (!anchor || !place) return false
    const passage = passageAt(editor.state.doc, place)
    if (passage) {
      setDraft({ id: newClientId(), anchor, passage })
      onShow()
    } else tellDone(t('notHere'))
    return true
  }
  useModAltKey('KeyP', propose)

  const isUnwritten = useCallback(
    ({ id, state, accepted }: Thread) => accepted && isClosed(state) && fits.get(id)?.kind === 'fits',
    [fits],
  )

  return {
    canAccept,
    visible,
    setVisible,
    count: proposals.filter(({ state }) => isPending(state)).length,
    draft,
    keepDraft(written) {
      if (!draft) return
      const { id, anchor, passage } = draft
      if (written)
        autosave.keep({ kind: 'proposal', id, resourceId: documentId, anchor, passage, ...written })
      else autosave.drop('proposal', id)
    },
    endDraft() {
      if (draft) autosave.drop('proposal', draft.id)
      setDraft(null)
    },
    propose,
    revise({ anchor, replacement }) {
      const place = editor && placeNow(editor, anchor as TextAnchor)
      if (!place) return
      const present = anchorOfText(editor, documentId, place)
      const passage = present && passageAt(editor.state.doc, place)
      if (passage)
        setDraft({ id: newClientId(), anchor: present, passage: { ...passage, content: replacement } })
      else tellDone(t('notHere'))
    },
    fit: ({ id }) => fits.get(id),
    isUnwritten,
    accept,
    accepting,
    extension: () => marks.extension(told),
  }
}

/** The key that begins a proposal on what is selected. */
export const proposeKeys = ['mod', 'alt', 'P']

/** Hundreds of proposals are by a few people. */
function onceEach(say: (name: string) => string): (name: string) => string {
  const said = new Map<string, string>()
  return (name) => {
    if (!said.has(name)) said.set(name, say(name))
    return said.get(name)!
  }
}
