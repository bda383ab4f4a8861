import type { Node, Schema } from '@tiptap/pm/model'
import { TextSelection, type EditorState, type Transaction } from '@tiptap/pm/state'
import type { EditorView } from '@tiptap/pm/view'
import { ySyncPluginKey } from '@tiptap/y-tiptap'
import * as Y from 'yjs'
import { readText, type Shown } from '../../../shared/document/read-text.ts'
import { intoText, isReshaped, takeOut, type Begun, type Composed, type Composing } from './composition.ts'
import { goAlong } from '../blocks/moved-block.ts'
import { ShowStep } from './show-step.ts'
import { writeText } from './write-text.ts'

export interface BindingOptions {
  doc: Y.Doc
  field: string
  schema: Schema
  /** Asked before each write: who may only read writes nothing. */
  mayWrite(): boolean
  /** Called once, when the editor and the shared text came apart: this binding writes and shows nothing any more. */
  onFailed(error: unknown): void
}

/**
 * Keeps an editor and a shared text the same. It reads without ever writing, writes only what a transaction of this
 * editor changed, and only over what it has shown: after any failure it does neither, and another takes its place.
 * The names that y-tiptap's plugins ask of a binding (`mapping`, `beforeTransactionSelection`) are theirs.
 */
export class TextBinding {
  readonly doc: Y.Doc
  readonly type: Y.XmlFragment
  readonly mapping: Shown = new Map()
  /** Set by y-tiptap's undo, only after the undone was shown: not used. */
  beforeTransactionSelection: unknown = null
  isDestroyed = false

  private readonly options: BindingOptions
  private view: EditorView | null = null
  /** What the shared text was when it was last shown or written; an editor that shows anything else has changed it. */
  private shown: Node
  private isStale = false
  private isShowing = false
  private isWriting = false
  private hasFailed = false
  private begun: Begun | null = null
  /** The text in which somebody composes, while another has to wait until they end. */
  private held: Composing | null = null

  constructor(options: BindingOptions) {
    this.options = options
    this.doc = options.doc
    this.type = options.doc.getXmlFragment(options.field)
    this.shown = readText(this.type, options.schema, this.mapping)
    this.type.observeDeep(this.onShared)
    this.doc.on('afterTransaction', this.onTransaction)
  }

  /** True while it shows what is shared: what else changes the text then is no act of a person. */
  get shows(): boolean {
    return this.isShowing
  }

  /** The text that the editor begins with. */
  get text(): Node {
    return this.shown
  }

  /** True until it failed. */
  get works(): boolean {
    return !this.hasFailed
  }

  /** True while the editor shows a former text with what is composed in it, and writes nothing. */
  get isHeld(): boolean {
    return this.held !== null
  }

  attach(view: EditorView): void {
    this.view = view
    // an editor without any text begins with a paragraph of its own
    if (!this.isStale && view.state.doc.eq(this.shown)) this.shown = view.state.doc
    else this.show(null)
  }

  detach(): void {
    this.view = null
  }

  destroy(): void {
    this.settle(true)
    this.isDestroyed = true
    this.view = null
    this.type.unobserveDeep(this.onShared)
    this.doc.off('afterTransaction', this.onTransaction)
  }

  /** Brings what the editor's own transactions changed into the shared text. */
  write(state: EditorState, addToHistory: boolean): void {
    if (state.doc === this.shown || this.isShowing || this.hasFailed || this.held) return
    if (this.isStale || !this.options.mayWrite())
      return this.fail(new Error('a text that may not be written was changed'))
    this.isWriting = true
    try {
      this.doc.transact((transaction) => {
        transaction.meta.set('addToHistory', addToHistory)
        writeText(this.doc, this.type, state.doc, this.mapping)
      }, ySyncPluginKey)
      this.shown = state.doc
    } catch (error) {
      this.fail(error)
    } finally {
      this.isWriting = false
    }
  }

  /** A composition begins in the editor; `former`: the one before it. */
  compositionBegins(former: Composed | null): void {
    const { clientID: client, store } = this.doc
    this.begun = { client, clock: Y.getState(store, client), after: former?.id ?? 0 }
  }

  /** Shows what had to wait for the end of a composition, and writes what was composed into it. */
  settle(isLast = false): void {
    const { held, view, begun } = this
    const composed = view && composedIn(view.state)
    if (!held || this.hasFailed || (view?.composing && !isLast)) return
    this.held = null
    if (!view || !composed || !begun || !this.options.mayWrite()) {
      if (view && !isLast) this.show(null)
      return
    }
    const { state } = view
    const { from, to } = composed
    let caret = 0
    this.isWriting = true
    try {
      this.doc.transact(() => {
        const letters = held.text.textBetween(held.from, held.to)
        for (const text of takeOut(this.doc, begun, letters)) this.forgetAround(text)
        const others = readText(this.type, this.options.schema, this.mapping)
        const now = { text: state.doc, from, to, caret: state.selection.head }
        const merged = intoText(held, now, others)
        writeText(this.doc, this.type, merged.text, this.mapping)
        this.shown = merged.text
        caret = merged.caret
      }, ySyncPluginKey)
      this.isStale = false
    } catch (error) {
      return this.fail(error)
    } finally {
      this.isWriting = false
    }
    if (!isLast) this.show(null, caret)
  }

  fail(error: unknown): void {
    if (this.hasFailed || this.isDestroyed) return
    this.hasFailed = true
    this.options.onFailed(error)
  }

  private readonly onShared = (_events: unknown, transaction: Y.Transaction) => {
    if (this.isWriting) return
    this.isStale = true
    this.forget(transaction)
    if (this.view && !this.isShowing) this.show(transaction)
  }

  /** Nothing but `write` changes the text in the editor's name; should anything else do so, it is the last time. */
  private readonly onTransaction = (transaction: Y.Transaction) => {
    const isOurs = transaction.local && transaction.origin === ySyncPluginKey
    if (isOurs && !this.isWriting && transaction.changed.size > 0) {
      this.fail(new Error('the shared text was changed by reading it'))
    }
  }

  /** Which nodes no longer show what is shared. */
  private forget(transaction: Y.Transaction): void {
    Y.iterateDeletedStructs(transaction, transaction.deleteSet, (struct) => {
      if (struct instanceof Y.Item && struct.content instanceof Y.ContentType)
        this.mapping.delete(struct.content.type)
    })
    for (const type of transaction.changed.keys()) this.mapping.delete(type as Y.AbstractType<unknown>)
    for (const type of transaction.changedParentTypes.keys()) this.mapping.delete(type)
  }

  private forgetAround(text: Y.XmlText): void {
    let type: Y.XmlText | Y.AbstractType<unknown> | null = text
    while (type) {
      this.mapping.delete(type)
      type = type.parent as Y.AbstractType<unknown> | null
    }
  }

  private show(transaction: Y.Transaction | null, caret?: number): void {
    if (this.hasFailed) return
    if (this.held) return this.settle()
    this.isShowing = true
    try {
      // a change that comes while one is shown is shown after it
      for (let times = 0; this.isStale || this.view!.state.doc !== this.shown; times++) {
        if (times > 9) throw new Error('the shared text does not come to rest')
        const next = readText(this.type, this.options.schema, this.mapping)
        const step = new ShowStep(this.view!.state.doc, next)
        if (this.waits(next, step)) return
        this.isStale = false
        this.shown = next
        this.dispatch(this.view!, step, transaction, caret)
      }
    } catch (error) {
      this.fail(error)
    } finally {
      this.isShowing = false
    }
  }

  /** True when a text is not to be shown yet, since to draw it would end a composition. */
  private waits(next: Node, step: ShowStep): boolean {
    const { composing, state } = this.view!
    const composed = composedIn(state)
    if (!composing || !composed || !this.begun || composed.id <= this.begun.after) return false
    if (state.doc !== this.shown || !isReshaped(this.shown, next, step.getMap(), composed)) return false
    this.held = { text: this.shown, ...composed }
    return true
  }

  private dispatch(
    view: EditorView,
    step: ShowStep,
    transaction: Y.Transaction | null,
    caret: number | undefined,
  ): void {
    const { state } = view
    const isUndo = transaction?.origin instanceof Y.UndoManager
    const shows = state.tr.step(step)
    if (caret !== undefined) shows.setSelection(TextSelection.near(shows.doc.resolve(caret), -1))
    else if (isUndo) this.goThere(shows)
    else {
      goAlong(shows, state.selection)
      // bold that was just switched on, or off, is so for the next letter, whoever writes before it
      shows.setStoredMarks(state.storedMarks)
    }
    view.dispatch(
      shows
        .setMeta(ySyncPluginKey, { isChangeOrigin: true, isUndoRedoOperation: isUndo })
        .setMeta('addToHistory', false),
    )
    if (view.state.doc !== this.shown) throw new Error('the shared text could not be shown')
  }

  /** The caret goes to what an undo changed, and the view with it; where it changed no words, it stays among them. */
  private goThere(shows: Transaction): void {
    const { before, doc, selection } = shows
    const wordsIn = (text: Node, from: number, to: number) => text.textBetween(from, to, '', '*') !== ''
    let words: number | null = null
    let [first, last] = [Infinity, -1]
    shows.mapping.maps[0]!.forEach((from, to, newFrom, newTo) => {
      if (wordsIn(before, from, to) || wordsIn(doc, newFrom, newTo)) words ??= newTo
      ;[first, last] = [Math.min(first, newFrom), newTo]
    })
    if (last < 0) return
    const isThere = words === null && selection.from >= first && selection.to <= last
    if (!isThere) shows.setSelection(TextSelection.near(doc.resolve(words ?? last), -1))
    if (this.view?.hasFocus()) shows.scrollIntoView()
  }
}

const composedIn = (state: EditorState) =>
  (ySyncPluginKey.getState(state) as { composed: Composed | null } | undefined)?.composed ?? null
