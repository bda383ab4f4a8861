import { type AnyExtension, type Content, type Editor } from '@tiptap/core'
import { Collaboration } from '@tiptap/extension-collaboration'
import type { Node } from '@tiptap/pm/model'
import { fixTables, fixTablesKey } from '@tiptap/pm/tables'
import { EditorState, Plugin, type Transaction } from '@tiptap/pm/state'
import type { EditorView } from '@tiptap/pm/view'
import { yUndoPluginKey, ySyncPluginKey } from '@tiptap/y-tiptap'
import type * as Y from 'yjs'
import { bringsVersion } from '../../../shared/document/server-client.ts'
import { textField } from '../../../shared/document/text-field.ts'
import { composedAfter, type Composed } from './composition.ts'
import { nodeSearch } from '../search/node-search.ts'
import { TextBinding } from './text-binding.ts'
import { tolerant } from './tolerant-plugin.ts'
import { noStep, stepOf, UndoSteps, type UndoStep } from '../undo/undo-steps.ts'

interface SyncState {
  type: Y.XmlFragment
  doc: Y.Doc
  /** Null while the editor shows a former text: no place of the shared one is told by it. */
  binding: TextBinding | null
  snapshot: null
  prevSnapshot: null
  isChangeOrigin: boolean
  isUndoRedoOperation: boolean
  addToHistory: boolean
  undoStep: UndoStep
  composed: Composed | null
}

const syncChange = (transaction: Transaction) =>
  transaction.getMeta(ySyncPluginKey) as Partial<SyncState> | undefined

/** True for what the shared text brought, an undo among it. */
export const isFromSharedText = (transaction: Transaction): boolean =>
  syncChange(transaction)?.isChangeOrigin === true

/**
 * Binds the editor to the shared text, which it begins with. y-tiptap gives undo and what others' carets need; its own
 * binding is not used, since it deletes what the schema refuses, in the name of whoever opens the document.
 */
export function sharedText(doc: Y.Doc, onFailed: (error: unknown) => void = () => {}): AnyExtension[] {
  const bindings = new WeakMap<Editor, TextBinding>()
  const Shared = Collaboration.extend({
    onBeforeCreate(event) {
      this.parent?.(event)
      const { editor } = this
      const binding = new TextBinding({
        doc,
        field: textField,
        schema: editor.schema,
        mayWrite: () => editor.isEditable,
        onFailed,
      })
      bindings.set(editor, binding)
      // which its type does not say, though it takes a node
      editor.options.content = binding.text as unknown as Content
      drawWithPlugins(editor)
      drawOnce(editor)
    },
    onCreate(event) {
      this.parent?.(event)
      this.editor.options.content = null
    },
    onDestroy(event) {
      this.parent?.(event)
      bindings.get(this.editor)?.destroy()
    },
    addCommands() {
      const { undo, redo } = this.parent!() as Required<ReturnType<NonNullable<typeof this.parent>>>
      const { editor } = this
      return {
        undo: () => (props) => editor.isEditable && undo!()(props),
        redo: () => (props) => editor.isEditable && redo!()(props),
      }
    },
    addProseMirrorPlugins() {
      const { editor } = this
      // the first of its plugins is y-tiptap's own binding
      const [, ...others] = this.parent!()
      return [bindingPlugin(bindings.get(editor)!, editor), ...others.map((plugin) => tolerant(plugin))]
    },
    dispatchTransaction({ transaction, next }) {
      try {
        next(transaction)
      } catch (error) {
        // a caret of others that comes late is told to come again
        if (!transaction.docChanged && error instanceof RangeError) throw error
        bindings.get(this.editor)?.fail(error)
      }
    },
  })
  return [Shared.configure({ document: doc, field: textField })]
}

/** Shows and writes by a binding, as far as the editor may; other plugins of y-tiptap's find it by its key. */
export function bindingPlugin(binding: TextBinding, editor: Pick<Editor, 'isEditable'>): Plugin<SyncState> {
  const { type, doc } = binding
  let attached: EditorView | null = null
  return new Plugin<SyncState>({
    key: ySyncPluginKey,
    state: {
      init: () => ({
        type,
        doc,
        binding,
        snapshot: null,
        prevSnapshot: null,
        isChangeOrigin: false,
        isUndoRedoOperation: false,
        addToHistory: true,
        undoStep: noStep,
        composed: null,
      }),
      apply: (transaction, before) => ({
        ...before,
        binding: binding.isHeld ? null : binding,
        addToHistory: transaction.docChanged
          ? transaction.getMeta('addToHistory') !== false
          : before.addToHistory,
        isChangeOrigin: isFromSharedText(transaction),
        isUndoRedoOperation: syncChange(transaction)?.isUndoRedoOperation === true,
        undoStep: stepOf(before.undoStep, transaction, isFromSharedText(transaction)),
        composed: composedAfter(before.composed, transaction),
      }),
    },
    props: {
      handleDOMEvents: {
        compositionstart(view) {
          flush(view)
          binding.compositionBegins((ySyncPluginKey.getState(view.state) as SyncState).composed)
          return false
        },
        compositionend(view) {
          // when ProseMirror knows of it, and before any other key
          queueMicrotask(() => {
            if (!binding.isHeld || view.isDestroyed) return
            flush(view)
            binding.settle()
          })
          return false
        },
      },
    },
    /**
     * Who may not write changes nothing, and nobody's editor tidies up what others wrote (a ragged table, an address
     * that is no link yet): each editor would, and the room does so once.
     */
    filterTransaction(transaction) {
      if (!transaction.docChanged || isFromSharedText(transaction)) return true
      if (!editor.isEditable || !binding.works) return false
      // ProseMirror names the cause of a transaction only behind this question: what comes while a text is shown is
      // that text's, and a table is repaired behind a change of this person's, before which the view has the former text
      if (binding.shows) return false
      if (transaction.getMeta(fixTablesKey) && !(attached && isWhole(attached.state.doc))) return false
      const cause = transaction.getMeta('appendedTransaction') as Transaction | undefined
      // what is composed is put into another text by its letters alone
      if (cause === undefined) return !binding.isHeld || transaction.getMeta('composition') !== undefined
      return cause.docChanged && !isFromSharedText(cause)
    },
    view(view) {
      attached = view
      binding.attach(view)
      // before it is shown, so that what shows whether there is anything to be undone is told with it
      const forgetUndo = (transaction: Y.Transaction) => {
        // it would reach behind a version that was brought back, in nobody's name
        if (!transaction.local && bringsVersion(transaction)) undoOf(view.state)?.clear()
      }
      doc.on('beforeObserverCalls', forgetUndo)
      const steps = new UndoSteps()
      return {
        update() {
          const { addToHistory, isChangeOrigin, undoStep } = ySyncPluginKey.getState(view.state) as SyncState
          if (!addToHistory && !isChangeOrigin) undoOf(view.state)?.stopCapturing()
          if (addToHistory) steps.before(undoOf(view.state), undoStep)
          binding.write(view.state, addToHistory)
          // an input method may also end without saying so
          if (binding.isHeld && !view.composing) queueMicrotask(() => binding.settle())
        },
        destroy() {
          doc.off('beforeObserverCalls', forgetUndo)
          attached = null
          binding.detach()
        },
      }
    },
  })
}

/** Has the view take what the browser wrote into the page. */
function flush(view: EditorView): void {
  const { domObserver } = view as unknown as { domObserver: { forceFlush(): void; flush(): void } }
  domObserver.forceFlush()
  domObserver.flush()
}

/** True when no table of a text is ragged: then it was a change of this person that made one so. */
const isWhole = (text: Node): boolean => !fixTables(EditorState.create({ doc: text }))

const undoOf = (state: EditorState) =>
  (yUndoPluginKey.getState(state) as { undoManager?: Y.UndoManager } | undefined)?.undoManager

/**
 * Tiptap draws the whole text before the editor has its plugins, and anew with them. The first time it is given an empty
 * text, which turns into the whole one as the plugins come.
 */
function drawWithPlugins(editor: Editor): void {
  const inside = editor as unknown as { createView(element: unknown): void; editorState: EditorState }
  const createView = inside.createView.bind(editor)
  inside.createView = (element) => {
    const whole = inside.editorState
    const empty = EditorState.create({ schema: whole.schema })
    empty.reconfigure = (config) => whole.reconfigure(config)
    inside.editorState = empty
    createView(element)
  }
}

/**
 * Tiptap's React part draws all nodes a second time as soon as it stands in the page, for those that React draws. A
 * text without any of them, which is a picture of ours, stays as it was drawn.
 */
function drawOnce(editor: Editor): void {
  const drawAnew = editor.createNodeViews.bind(editor)
  let isFirst = true
  editor.createNodeViews = () => {
    if (!isFirst || hasPicture(editor.state.doc)) drawAnew()
    isFirst = false
  }
}

const hasPicture = nodeSearch('imageFile')
