import type { Fragment } from '@tiptap/pm/model'
import type { Transaction } from '@tiptap/pm/state'
import { ReplaceStep } from '@tiptap/pm/transform'
import type { UndoManager } from 'yjs'

interface Range {
  from: number
  to: number
}

/** What the last change of an editor means for undo, and where that change stands now. */
export interface UndoStep {
  /**
   * Whether it goes on with what was typed just before, begins another run of typing, or is an act of its own that is
   * taken back by one undo: a paste, a table, a picture, what a menu does.
   */
  kind: 'goes on' | 'begins' | 'act'
  typed: Range | null
}

export const noStep: UndoStep = { kind: 'goes on', typed: null }

/** What a transaction means for undo, after what came before it; `isForeign`: it brings what is shared. */
export function stepOf(before: UndoStep, transaction: Transaction, isForeign: boolean): UndoStep {
  const { docChanged, mapping } = transaction
  const isAppended = transaction.getMeta('appendedTransaction') !== undefined
  if (!docChanged) return isAppended ? before : { ...before, kind: 'goes on' }
  const former = before.typed && {
    from: mapping.map(before.typed.from, -1),
    to: mapping.map(before.typed.to, 1),
  }
  if (isForeign) return { kind: 'goes on', typed: former }
  const typed = isTyping(transaction) ? changedRange(transaction) : null
  if (typed === null || (isAppended && before.kind === 'act')) return { kind: 'act', typed: null }
  if (isAppended) return { kind: before.kind, typed }
  const touches = former !== null && typed.from <= former.to && typed.to >= former.from
  return { kind: touches ? 'goes on' : 'begins', typed }
}

const actKey = 'isAct'

/** Has a transaction taken back by an undo of its own, though it writes letters only, as typing does. */
export const asAct = (transaction: Transaction): Transaction => transaction.setMeta(actKey, true)

/** Parts an undo manager's steps by what is done. Acts of one turn of the page are one: a menu may need several. */
export class UndoSteps {
  private isActing = false

  /** Before a change is written. */
  before(undoManager: UndoManager | undefined, { kind }: UndoStep): void {
    if (!undoManager || kind === 'goes on' || this.isActing) return
    undoManager.stopCapturing()
    if (kind !== 'act') return
    this.isActing = true
    queueMicrotask(() => {
      this.isActing = false
      undoManager.stopCapturing()
    })
  }
}

/** True for what keys write and delete, Enter and Backspace among them: text, and blocks that are split or joined. */
function isTyping(transaction: Transaction): boolean {
  // the browser's paste, drop and cut
  if (['uiEvent', 'paste', actKey].some((key) => transaction.getMeta(key))) return false
  return transaction.steps.every((step) => {
    if (!(step instanceof ReplaceStep)) return false
    const { content, openStart, openEnd } = step.slice
    if (openStart === 0 && openEnd === 0) return content.content.every(({ isText }) => isText)
    return openStart === openEnd && holdsNothing(content)
  })
}

const holdsNothing = (content: Fragment): boolean =>
  content.content.every((node) => !node.isLeaf && holdsNothing(node.content))

/** What a transaction changed, as it stands after it; null when that is several places apart. */
export function changedRange({ steps, mapping }: Transaction): Range | null {
  let range: Range | null = null
  let isApart = false
  steps.forEach((step, at) => {
    const { maps } = mapping
    step.getMap().forEach((_from, _to, newFrom, newTo) => {
      const behind = mapping.slice(at + 1, maps.length)
      const [from, to] = [behind.map(newFrom, -1), behind.map(newTo, 1)]
      if (range && (from > range.to || to < range.from)) isApart = true
      range = range ? { from: Math.min(from, range.from), to: Math.max(to, range.to) } : { from, to }
    })
  })
  return isApart ? null : range
}
