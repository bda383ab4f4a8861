import { Extension, type Editor } from '@tiptap/core'
import { NodeSelection, Plugin, PluginKey, type EditorState, type Transaction } from '@tiptap/pm/state'
import { CellSelection } from '@tiptap/pm/tables'
import { Decoration, DecorationSet, type EditorView } from '@tiptap/pm/view'
import { ySyncPluginKey } from '@tiptap/y-tiptap'
import type * as Y from 'yjs'
import { anchorOf, placeOf, type Place, type TextAnchor } from '../../shared/anchors.ts'
import { nodeAnchorOf, nodePlaceOf, type NodeAnchor } from '../../shared/node-anchors.ts'
import { fitsNode, layOutText } from '../../shared/document/text-layout.ts'
import type { Side } from '../../shared/permissions.ts'
import { observable, type Observed } from '../sync/observable.ts'
import './highlights.css'

/** A passage, block, cell or picture to mark: a thread's, or one that a comment is being written on. */
export interface Marked {
  id: string
  anchor: TextAnchor | NodeAnchor
  look: Side | 'draft'
  closed: boolean
}

/** Where each marked passage stands; null: its text was removed. Missing: not known yet. */
export type Places = ReadonlyMap<string, Place | null>

interface Shown {
  marked: readonly Marked[]
  active: string | null
  places: Places
  decorations: DecorationSet
}

const key = new PluginKey<Shown>('thread-highlights')
/** Anchors are looked up anew this long after the text changed (ms); until then their marks move with the text. */
const settleMs = 60

export interface Highlights {
  /** For the editor. */
  extensions: Extension[]
  places: Observed<Places>
  /** Hears which thread's mark was pressed. */
  onPick(listener: (threadId: string) => void): () => void
}

/** The highlights of one document, from its editor to whoever lists the threads. */
export function createHighlights(): Highlights {
  const places = observable<Places>(new Map())
  const picks = new Set<(threadId: string) => void>()
  return {
    extensions: [threadHighlights((threadId) => picks.forEach((pick) => pick(threadId)), places.set)],
    places,
    onPick: (listener) => {
      picks.add(listener)
      return () => picks.delete(listener)
    },
  }
}

/**
 * Marks the anchored passages in the text. The marks are decorations, so they are no part of the document, and
 * follow it as others write. `onPick` hears which thread's mark was pressed, `onPlaces` where all of them stand.
 */
export function threadHighlights(
  onPick: (threadId: string) => void,
  onPlaces: (places: Places) => void,
): Extension {
  return Extension.create({
    name: 'threadHighlights',
    addProseMirrorPlugins: () => [
      new Plugin<Shown>({
        key,
        state: {
          init: () => ({ marked: [], active: null, places: new Map(), decorations: DecorationSet.empty }),
          apply(transaction, shown) {
            const change = transaction.getMeta(key) as Partial<Shown> | undefined
            if (!change) {
              return transaction.docChanged
                ? { ...shown, decorations: shown.decorations.map(transaction.mapping, transaction.doc) }
                : shown
            }
            const next = { ...shown, ...change }
            return { ...next, decorations: draw(transaction.doc, next) }
          },
        },
        props: {
          decorations: (state) => key.getState(state)?.decorations,
          handleClick(view, at) {
            const threadId = pickAt(view.state, at)
            if (threadId) onPick(threadId)
            return false
          },
        },
        view: (view) => keepPlaces(view, onPlaces),
      }),
    ],
  })
}

/** Says which passages are marked and which of them is active. */
export function showHighlights(editor: Editor, marked: readonly Marked[], active: string | null): void {
  const { state } = editor
  const places = locate(state, marked) ?? key.getState(state)?.places ?? new Map<string, Place | null>()
  editor.view.dispatch(state.tr.setMeta(key, { marked, active, places }).setMeta('addToHistory', false))
}

/** Anchors what is selected: a picture or block, one cell, or a passage; null when nothing is. */
export function anchorOfSelection(editor: Editor, documentId: string): TextAnchor | NodeAnchor | null {
  const { selection } = editor.state
  const { from, to, empty } = selection
  if (selection instanceof NodeSelection) return anchorOfNode(editor, documentId, from)
  if (selection instanceof CellSelection && selection.$anchorCell.pos === selection.$headCell.pos) {
    return anchorOfNode(editor, documentId, selection.$headCell.pos)
  }
  const layout = layoutOf(editor.state)
  return empty || !layout || !fitsNode(layout, editor.state.doc)
    ? null
    : anchorOf(layout, documentId, { from, to })
}

/** Anchors the cell that the selection stands in, else its outermost block; null outside of both. */
export function anchorOfWhole(editor: Editor, documentId: string): NodeAnchor | null {
  const { $from } = editor.state.selection
  for (let depth = $from.depth; depth > 0; depth--) {
    const { name } = $from.node(depth).type
    const isCell = name === 'tableCell' || name === 'tableHeader'
    if (isCell || depth === 1) return anchorOfNode(editor, documentId, $from.before(depth))
  }
  return null
}

/** Anchors the block, cell or picture that begins at a position. */
export function anchorOfNode(editor: Editor, documentId: string, at: number): NodeAnchor | null {
  const layout = layoutOf(editor.state)
  return layout && fitsNode(layout, editor.state.doc) ? nodeAnchorOf(layout, documentId, at) : null
}

/** Anchors the words between two positions; null when there are none. */
export function anchorOfText(editor: Editor, documentId: string, place: Place): TextAnchor | null {
  const layout = layoutOf(editor.state)
  return layout && fitsNode(layout, editor.state.doc) ? anchorOf(layout, documentId, place) : null
}

/** Where an anchored passage stands this moment; null: removed, or not to be told while the text is on its way. */
export function placeNow(editor: Editor, anchor: TextAnchor): Place | null {
  const layout = layoutOf(editor.state)
  return layout && fitsNode(layout, editor.state.doc) ? placeOf(layout, anchor) : null
}

/** The places that a transaction brings, for others that draw at them. */
export const placesIn = (transaction: Transaction): Places | undefined =>
  (transaction.getMeta(key) as Partial<Shown> | undefined)?.places

/** Brings a passage into view, in the middle of the sheet. */
export function scrollToPlace(editor: Editor, place: Place): void {
  const { node } = editor.view.domAtPos(place.from)
  const element = node instanceof HTMLElement ? node : node.parentElement
  element?.scrollIntoView({ block: 'center', behavior: 'auto' })
}

function keepPlaces(view: EditorView, onPlaces: (places: Places) => void) {
  let timer: ReturnType<typeof setTimeout> | undefined
  let told: Places | undefined
  const look = () => {
    timer = undefined
    // a composition must not be disturbed: the marks move with the text until it ends
    if (view.composing) return void (timer = setTimeout(look, 300))
    const shown = key.getState(view.state)!
    const places = locate(view.state, shown.marked)
    if (places && !samePlaces(places, shown.places)) {
      view.dispatch(view.state.tr.setMeta(key, { places }).setMeta('addToHistory', false))
    }
  }
  return {
    update(_view: EditorView, before: EditorState) {
      const { places } = key.getState(view.state)!
      if (places !== told) onPlaces((told = places))
      if (before.doc !== view.state.doc) timer ??= setTimeout(look, settleMs)
    },
    destroy: () => clearTimeout(timer),
  }
}

function layoutOf(state: EditorState) {
  const sync = ySyncPluginKey.getState(state) as { type: Y.XmlFragment } | undefined
  return sync && layOutText(sync.type)
}

/** Null while the shared text and the shown one are not the same yet. */
function locate(state: EditorState, marked: readonly Marked[]): Places | null {
  const layout = layoutOf(state)
  if (!layout || !fitsNode(layout, state.doc)) return null
  return new Map(
    marked.map(({ id, anchor }) => [
      id,
      anchor.type === 'node' ? nodePlaceOf(layout, anchor) : placeOf(layout, anchor),
    ]),
  )
}

function draw(doc: EditorState['doc'], { marked, active, places }: Shown): DecorationSet {
  const decorations = marked.flatMap(({ id, anchor, look, closed }) => {
    const place = places.get(id)
    if (!place || (closed && id !== active)) return []
    const names = ['thread-mark', `thread-mark-${look}`]
    if (closed) names.push('thread-mark-closed')
    if (id === active) names.push('thread-mark-active')
    if (anchor.type === 'node') {
      const attributes = { class: [...names, 'thread-node'].join(' '), 'data-thread': id }
      return [Decoration.node(place.from, place.to, attributes)]
    }
    return [Decoration.inline(place.from, place.to, { class: names.join(' '), 'data-thread': id })]
  })
  return DecorationSet.create(doc, decorations)
}

/** The thread whose mark is pressed: the shortest there; pressed again, the next one that overlaps it. */
function pickAt(state: EditorState, at: number): string | undefined {
  const { marked, places, active } = key.getState(state)!
  const here = marked
    .filter(({ id, closed, look }) => {
      const place = places.get(id)
      return place && look !== 'draft' && !closed && place.from <= at && at <= place.to
    })
    .map(({ id }) => ({ id, length: places.get(id)!.to - places.get(id)!.from }))
    .sort((one, other) => one.length - other.length)
  const now = here.findIndex(({ id }) => id === active)
  return here[(now + 1) % here.length]?.id
}

function samePlaces(one: Places, other: Places): boolean {
  if (one.size !== other.size) return false
  for (const [id, place] of one) {
    const before = other.get(id)
    if (before === undefined || place?.from !== before?.from || place?.to !== before?.to) return false
  }
  return true
}
