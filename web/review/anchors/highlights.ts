import { Extension, type Editor } from '@tiptap/core'
import { Plugin, PluginKey, type EditorState, type Transaction } from '@tiptap/pm/state'
import { Mapping, type StepMap } from '@tiptap/pm/transform'
import { type Decoration, DecorationSet, type EditorView } from '@tiptap/pm/view'
import { observable, type Observed } from '../../sync/observable.ts'
import { seenFrom } from '../../ui/forms/overlay-height.ts'
import { drawnKind, type DrawnAnchor } from './drawn-kinds.ts'
import type { Marked } from './marked.ts'
import { followPlaces, locate, ranksOf, samePlace, samePlaces, type Places, type Ranks } from './places.ts'
import './highlights.css'

/** Which passages are marked, and which of them is active. */
export interface Wanted {
  marked: readonly Marked<DrawnAnchor>[]
  active: string | null
}

interface Shown extends Wanted {
  /** Where they stood before the changes of the text `since`: thousands are not moved with each key. */
  places: Places
  since: readonly StepMap[]
  ranks: Ranks
  decorations: DecorationSet
  /** Whose decorations went with an edit, while their passage may have stayed. */
  dropped: ReadonlySet<string>
}

const key = new PluginKey<Shown>('thread-highlights')

/**
 * Marks move with the text as it is written. Where all of them stand is looked up anew only after a pause (ms), or at
 * the latest after so long, since in a long document with thousands of points that takes longer than a frame.
 */
const pauseMs = 250
const longestMs = 5_000
/** After so many steps of the text the places are noted anew, even where none of them is another. */
const manySteps = 50

export interface Highlights {
  /** For an editor, which begins with these. */
  extension(begin: Wanted): Extension
  ranks: Observed<Ranks>
  /** Hears which thread's mark was pressed. */
  onPick(listener: (threadId: string) => void): () => void
}

/** The highlights of one document, from its editor to whoever lists the threads. */
export function createHighlights(): Highlights {
  const ranks = observable<Ranks>(new Map())
  const picks = new Set<(threadId: string) => void>()
  const pick = (threadId: string) => picks.forEach((hear) => hear(threadId))
  return {
    extension: (begin) => threadHighlights(begin, pick, ranks.set),
    ranks,
    onPick: (listener) => {
      picks.add(listener)
      return () => picks.delete(listener)
    },
  }
}

/**
 * Marks the anchored passages in the text. The marks are decorations, so they are no part of the document, and
 * follow it as others write. `onPick` hears which thread's mark was pressed, `onRanks` in which order all of them stand.
 */
function threadHighlights(
  begin: Wanted,
  onPick: (threadId: string) => void,
  onRanks: (ranks: Ranks) => void,
): Extension {
  return Extension.create({
    name: 'threadHighlights',
    addProseMirrorPlugins: () => [
      new Plugin<Shown>({
        key,
        state: {
          init: (_config, state) => first(state, begin),
          apply(transaction, before) {
            const followed = transaction.docChanged ? follow(transaction, before) : before
            const change = transaction.getMeta(key) as Partial<Shown> | undefined
            if (!change) return followed
            const moved = { ...followed, places: placesOf(followed), since: [] }
            const next = { ...moved, ...change, dropped: new Set<string>() }
            if (change.places) next.ranks = ranksOf(change.places, before.ranks)
            return { ...next, decorations: draw(transaction.doc, moved, next) }
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
        view: (view) => keepPlaces(view, onRanks),
      }),
    ],
  })
}

/** Says what is to be marked. */
export function showHighlights(editor: Editor, { marked, active }: Wanted): void {
  const { state } = editor
  const shown = key.getState(state)
  if (shown?.marked === marked && shown.active === active) return
  const places = shown?.marked === marked ? undefined : locate(state, marked)
  const change = { marked, active, ...(places && { places }) }
  editor.view.dispatch(state.tr.setMeta(key, change).setMeta('addToHistory', false))
}

/** The places that a transaction brings, for others that draw at them. */
export const placesIn = (transaction: Transaction): Places | undefined =>
  (transaction.getMeta(key) as Partial<Shown> | undefined)?.places

/** Brings a thread's passage into the middle of the sheet; `unless seen` leaves one that is in view where it is. */
export function bringIntoView(
  editor: Editor,
  threadId: string,
  when: 'always' | 'unless seen' = 'always',
): void {
  const shown = key.getState(editor.state)
  const place = shown && placesOf(shown).get(threadId)
  if (!place) return
  const { node } = editor.view.domAtPos(place.from)
  const element = node instanceof HTMLElement ? node : node.parentElement
  const { top } = editor.view.coordsAtPos(place.from)
  const scroller = editor.view.dom.closest('main')
  const isSeen = top >= (scroller ? seenFrom(scroller) : 0) && top < window.innerHeight
  if (when === 'always' || !isSeen) element?.scrollIntoView({ block: 'center', behavior: 'auto' })
}

function keepPlaces(view: EditorView, onRanks: (ranks: Ranks) => void) {
  let timer: ReturnType<typeof setTimeout> | undefined
  let changedAt: number | null = null
  const tell = () => onRanks(key.getState(view.state)!.ranks)
  // not while the page that makes the editor is being drawn
  if (key.getState(view.state)!.ranks.size > 0) queueMicrotask(tell)
  const look = () => {
    // a composition must not be disturbed: the marks move with the text until it ends
    if (view.composing) return void (timer = setTimeout(look, 300))
    changedAt = null
    const shown = key.getState(view.state)!
    const places = locate(view.state, shown.marked)
    const isTold = shown.dropped.size > 0 || shown.since.length > manySteps
    if (places && (isTold || !samePlaces(places, placesOf(shown)))) {
      view.dispatch(view.state.tr.setMeta(key, { places }).setMeta('addToHistory', false))
    }
  }
  return {
    update(_view: EditorView, before: EditorState) {
      tell()
      if (before.doc === view.state.doc) return
      const now = performance.now()
      changedAt ??= now
      clearTimeout(timer)
      timer = setTimeout(look, Math.min(pauseMs, Math.max(0, changedAt + longestMs - now)))
    },
    destroy: () => clearTimeout(timer),
  }
}

function first(state: EditorState, wanted: Wanted): Shown {
  const nothing: Shown = {
    marked: [],
    active: null,
    places: new Map(),
    since: [],
    ranks: new Map(),
    decorations: DecorationSet.empty,
    dropped: new Set(),
  }
  const places = wanted.marked.length > 0 && locate(state, wanted.marked)
  if (!places) return nothing
  const shown = { ...nothing, ...wanted, places, ranks: ranksOf(places, nothing.ranks) }
  return { ...shown, decorations: draw(state.doc, nothing, shown) }
}

function follow({ mapping, doc }: Transaction, shown: Shown): Shown {
  const dropped = new Set(shown.dropped)
  const onRemove = ({ id }: { id: string }) => dropped.add(id)
  return {
    ...shown,
    dropped,
    since: [...shown.since, ...mapping.maps],
    decorations: shown.decorations.map(mapping, doc, { onRemove: onRemove as (spec: unknown) => void }),
  }
}

/** Where all of them stand now. */
const placesOf = ({ places, since }: Shown): Places =>
  since.length === 0 ? places : followPlaces(places, new Mapping(since))

/** The decorations, drawn anew where something about them is another than before. */
function draw(doc: EditorState['doc'], before: Shown, next: Shown): DecorationSet {
  const known = new Map(before.marked.map((mark) => [mark.id, mark]))
  const changed = new Set(before.dropped)
  const drawn: Decoration[] = []
  for (const mark of next.marked) {
    const { id } = mark
    const isSame =
      !changed.has(id) &&
      sameMark(known.get(id), mark) &&
      samePlace(before.places.get(id), next.places.get(id)) &&
      (id === before.active) === (id === next.active)
    known.delete(id)
    if (isSame) continue
    changed.add(id)
    const decoration = decorationOf(mark, next)
    if (decoration) drawn.push(decoration)
  }
  // what is left there is marked no more
  for (const id of known.keys()) changed.add(id)
  if (changed.size === 0) return before.decorations
  const gone = before.decorations.find(undefined, undefined, ({ id }) => changed.has(id as string))
  return before.decorations.remove(gone).add(doc, drawn)
}

function decorationOf(
  { id, anchor, look, closed, fresh }: Marked<DrawnAnchor>,
  { places, active }: Shown,
): Decoration | null {
  const place = places.get(id)
  if (!place || (closed && id !== active)) return null
  const names = ['thread-mark', `thread-mark-${look}`]
  if (closed) names.push('thread-mark-closed')
  if (fresh) names.push('thread-mark-fresh')
  if (id === active) names.push('thread-mark-active')
  const { draw: drawn, className } = drawnKind(anchor)
  if (className) names.push(className)
  return drawn(place.from, place.to, { class: names.join(' '), 'data-thread': id }, { id })
}

/** The thread whose mark is pressed: the shortest there; pressed again, the next one that overlaps it. */
function pickAt(state: EditorState, at: number): string | undefined {
  const shown = key.getState(state)!
  const { marked, active } = shown
  const places = placesOf(shown)
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

const sameMark = (one: Marked<DrawnAnchor> | undefined, other: Marked<DrawnAnchor>): boolean =>
  one === other ||
  (one?.look === other.look &&
    one.closed === other.closed &&
    one.fresh === other.fresh &&
    one.anchor.type === other.anchor.type)
