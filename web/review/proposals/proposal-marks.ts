import { isClosed } from '../../../shared/review.ts'
import { Extension, type Editor } from '@tiptap/core'
import type { Node } from '@tiptap/pm/model'
import { Plugin, PluginKey, TextSelection, type EditorState, type Transaction } from '@tiptap/pm/state'
import { Decoration, DecorationSet, type EditorView } from '@tiptap/pm/view'
import type { TextAnchor } from '../../../shared/anchors/anchors.ts'
import type { Place } from '../../../shared/anchors/anchor-context.ts'
import { observable, type Observed } from '../../sync/observable.ts'
import { placesIn } from '../anchors/highlights.ts'
import { followPlaces, locate, samePlace, type Places } from '../anchors/places.ts'
import { drawNew, type MarkWords, type Proposal } from './proposal-drawing.ts'
import { fitOf, type Fit } from '../../../shared/anchors/proposal-fit.ts'
import './proposal-marks.css'

/** How each proposal fits the text, by thread. Missing: not known yet. */
export type Fits = ReadonlyMap<string, Fit>

interface Told {
  proposals: readonly Proposal[]
  /** False: nothing of them is drawn. */
  visible: boolean
  canAccept: boolean
  words: MarkWords
}

interface Shown extends Told {
  places: Places
  fits: Fits
  /** Those in or beside which something was written since they were compared. */
  touched: ReadonlySet<string>
  decorations: DecorationSet
}

const nothingTouched: ReadonlySet<string> = new Set()

const key = new PluginKey<Shown>('proposals')
/** Passages are compared anew this long after the text changed (ms). */
const settleMs = 80

export interface ProposalMarks {
  /** For an editor, which begins with these. */
  extension(begin: Told): Extension
  fits: Observed<Fits>
  onPick(listener: Hear): () => void
}

type Hear = (threadId: string, accepts: boolean) => void

/**
 * Shows proposals in the text: what would go is struck, what would come stands behind it with its author's name.
 * Both are decorations: nothing of a proposal is in the document before it is accepted.
 */
export function createProposalMarks(): ProposalMarks {
  const fits = observable<Fits>(new Map())
  const picks = new Set<Hear>()
  const pick: Hear = (threadId, accepts) => picks.forEach((hear) => hear(threadId, accepts))
  const extension = (begin: Told) =>
    Extension.create({
      name: 'proposalMarks',
      addProseMirrorPlugins: () => [
        new Plugin<Shown>({
          key,
          state: {
            init: (_config, state) => first(state, begin, pick),
            apply(transaction, before) {
              const shown = transaction.docChanged ? follow(transaction, before) : before
              const told = transaction.getMeta(key) as Partial<Told> | undefined
              const places = placesIn(transaction)
              if (!told && !places) return shown
              const next = { ...shown, ...told }
              if (places) next.places = placesOf(next.proposals, places)
              const moved = next.proposals.filter(
                ({ id }) => !samePlace(shown.places.get(id), next.places.get(id)),
              )
              const all = told?.proposals !== undefined
              next.fits = compare(
                transaction.doc,
                next,
                ({ id }) => all || shown.touched.has(id) || moved.some((one) => one.id === id),
              )
              next.touched = nothingTouched
              const isSame = !all && moved.length === 0 && next.fits === shown.fits
              return isSame ? next : { ...next, decorations: draw(transaction.doc, next, pick) }
            },
          },
          props: { decorations: (state) => key.getState(state)?.decorations },
          view: (view) => keepFits(view, fits.set),
        }),
      ],
    })
  return {
    extension,
    fits,
    onPick: (listener) => {
      picks.add(listener)
      return () => picks.delete(listener)
    },
  }
}

/** Says which proposals there are, and how they are shown. */
export function showProposals(editor: Editor, told: Told): void {
  const shown = key.getState(editor.state)
  if (shown && (Object.keys(told) as (keyof Told)[]).every((part) => shown[part] === told[part])) return
  editor.view.dispatch(editor.state.tr.setMeta(key, told).setMeta('addToHistory', false))
}

function first(state: EditorState, told: Told, pick: Hear): Shown {
  const nothing: Shown = {
    ...told,
    places: new Map(),
    fits: new Map(),
    touched: nothingTouched,
    decorations: DecorationSet.empty,
  }
  const places =
    told.proposals.length > 0 && locate(state, told.proposals as (Proposal & { anchor: TextAnchor })[])
  if (!places) return nothing
  const shown = { ...nothing, places }
  shown.fits = compare(state.doc, shown, () => true)
  return { ...shown, decorations: draw(state.doc, shown, pick) }
}

/** Those of the proposals, which move with each change. */
const placesOf = (proposals: readonly Proposal[], places: Places): Places =>
  new Map(proposals.flatMap(({ id }) => (places.has(id) ? [[id, places.get(id)!]] : [])))

/** Moves with the text, and notes whose passage, or what surrounds it in its blocks, was written in. */
function follow({ mapping, doc }: Transaction, shown: Shown): Shown {
  const places = followPlaces(shown.places, mapping)
  const decorations = shown.decorations.map(mapping, doc)
  const range = changedBlocks(mapping, doc)
  if (!range) return { ...shown, places, decorations }
  const touched = new Set(shown.touched)
  for (const { id } of shown.proposals) {
    const place = places.get(id)
    if (place && place.from <= range.to && place.to >= range.from) touched.add(id)
  }
  return { ...shown, places, decorations, touched }
}

/** From the first to the last text block that a change reaches; null when nothing is another. */
function changedBlocks(mapping: Transaction['mapping'], doc: Node): Place | null {
  let from = Infinity
  let to = -Infinity
  mapping.maps.forEach((map, index) =>
    map.forEach((_oldFrom, _oldTo, newFrom, newTo) => {
      const rest = mapping.slice(index + 1)
      from = Math.min(from, rest.map(newFrom, -1))
      to = Math.max(to, rest.map(newTo, 1))
    }),
  )
  if (from > to) return null
  const [$from, $to] = [doc.resolve(from), doc.resolve(to)]
  return { from: $from.depth > 0 ? $from.start() : from, to: $to.depth > 0 ? $to.end() : to }
}

/** A passage can change without moving, so it is compared after every change that touches it. */
function keepFits(view: EditorView, onFits: (fits: Fits) => void) {
  let timer: ReturnType<typeof setTimeout> | undefined
  const tell = () => onFits(key.getState(view.state)!.fits)
  // not while the page that makes the editor is being drawn
  if (key.getState(view.state)!.fits.size > 0) queueMicrotask(tell)
  const look = () => {
    timer = undefined
    // a composition must not be disturbed
    if (view.composing) return void (timer = setTimeout(look, 300))
    if (key.getState(view.state)!.touched.size > 0) {
      view.dispatch(view.state.tr.setMeta(key, {}).setMeta('addToHistory', false))
    }
  }
  return {
    update(_view: EditorView, before: EditorState) {
      tell()
      const { touched } = key.getState(view.state)!
      if (before.doc !== view.state.doc && touched.size > 0) timer ??= setTimeout(look, settleMs)
    },
    destroy: () => clearTimeout(timer),
  }
}

/** How the proposals fit, those for which `isAnew` looked at again; the known map when nothing is another. */
function compare(
  doc: Node,
  { proposals, places, fits }: Shown,
  isAnew: (proposal: Proposal) => boolean,
): Fits {
  const compared = new Map<string, Fit>()
  let isSame = true
  for (const proposal of proposals) {
    const { id, anchor, replacement } = proposal
    const place = places.get(id)
    if (place === undefined) continue
    const known = fits.get(id)
    const isEmpty = place !== null && place.from >= place.to
    const fit =
      known && !isAnew(proposal) ? known : fitOf(doc, isEmpty ? null : place, anchor.quote, replacement)
    isSame &&= known?.kind === fit.kind && known.text === fit.text
    compared.set(id, fit)
  }
  return isSame && compared.size === fits.size ? fits : compared
}

function draw(
  doc: Node,
  { proposals, visible, canAccept, words, places, fits }: Shown,
  pick: Hear,
): DecorationSet {
  if (!visible) return DecorationSet.empty
  const decorations = proposals.flatMap((proposal) => {
    const { id, author, changes, state, draft } = proposal
    const place = places.get(id)
    // nobody has been asked yet
    const offersAccept = canAccept && !draft
    if (!place || isClosed(state) || fits.get(id)?.kind !== 'fits') return []
    return [
      Decoration.inline(place.from, place.to, {
        nodeName: 'del',
        class: 'proposal-old',
        'data-side': author.side,
      }),
      Decoration.widget(
        place.to,
        (view, placeNow) =>
          drawNew(
            doc.type.schema,
            proposal,
            words,
            offersAccept,
            (accepts) => pick(id, accepts),
            () => putCaret(view, placeNow()),
          ),
        {
          side: 1,
          ignoreSelection: true,
          stopEvent: () => true,
          key: [id, changes, draft, offersAccept, words.accept('')].join(':'),
        },
      ),
    ]
  })
  return DecorationSet.create(doc, decorations)
}

function putCaret(view: EditorView, at: number | undefined): void {
  if (at === undefined || !view.editable) return
  view.dispatch(view.state.tr.setSelection(TextSelection.near(view.state.doc.resolve(at), -1)))
  // a tap leads to the point, and no keyboard comes up for it
  if (!matchMedia('(pointer: coarse)').matches) view.focus()
}
