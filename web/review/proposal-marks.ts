import { Extension, type Editor } from '@tiptap/core'
import { DOMSerializer, Fragment, type Node, type Schema } from '@tiptap/pm/model'
import { Plugin, PluginKey, type EditorState } from '@tiptap/pm/state'
import type { Mapping } from '@tiptap/pm/transform'
import { Decoration, DecorationSet, type EditorView } from '@tiptap/pm/view'
import type { Replacement, Thread } from '../../shared/review.ts'
import { observable, type Observed } from '../sync/observable.ts'
import { placesIn, type Places } from './highlights.ts'
import { fitOf, type Fit } from './proposal-text.ts'
import { isClosed } from './thread-list.ts'
import './proposal-marks.css'

/** How each proposal fits the text, by thread. Missing: not known yet. */
export type Fits = ReadonlyMap<string, Fit>

/** A thread with what it proposes, on a passage of this document. */
export type Proposal = Thread & { anchor: { type: 'text'; quote: string }; replacement: Replacement }

export const isProposal = (thread: Thread): thread is Proposal =>
  thread.kind === 'proposal' && thread.anchor.type === 'text' && thread.replacement !== null

/** What the marks in the text say, in the reader's language. */
export interface MarkWords {
  by(name: string): string
  accept(name: string): string
  /** In place of a replacement that has no words. */
  nothing: string
}

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
  decorations: DecorationSet
}

const key = new PluginKey<Shown>('proposals')
/** Passages are compared anew this long after the text changed (ms). */
const settleMs = 80

export interface ProposalMarks {
  extension: Extension
  fits: Observed<Fits>
  onPick(listener: (threadId: string, accepts: boolean) => void): () => void
}

/**
 * Shows proposals in the text: what would go is struck, what would come stands behind it with its author's name.
 * Both are decorations: nothing of a proposal is in the document before it is accepted.
 */
export function createProposalMarks(): ProposalMarks {
  const fits = observable<Fits>(new Map())
  const picks = new Set<(threadId: string, accepts: boolean) => void>()
  const pick = (threadId: string, accepts: boolean) => picks.forEach((hear) => hear(threadId, accepts))
  const extension = Extension.create({
    name: 'proposalMarks',
    addProseMirrorPlugins: () => [
      new Plugin<Shown>({
        key,
        state: {
          init: () => ({
            proposals: [],
            visible: true,
            canAccept: false,
            words: { by: String, accept: String, nothing: '' },
            places: new Map(),
            fits: new Map(),
            decorations: DecorationSet.empty,
          }),
          apply(transaction, shown) {
            const told = transaction.getMeta(key) as Partial<Told> | undefined
            const found = placesIn(transaction)
            const places = found ?? follow(shown.places, transaction.docChanged, transaction.mapping)
            if (!told && !found) {
              return transaction.docChanged
                ? {
                    ...shown,
                    places,
                    decorations: shown.decorations.map(transaction.mapping, transaction.doc),
                  }
                : shown
            }
            const next = { ...shown, ...told, places }
            const compared = compare(transaction.doc, next)
            next.fits = sameFits(compared, shown.fits) ? shown.fits : compared
            return { ...next, decorations: draw(transaction.doc, next, pick) }
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
  editor.view.dispatch(editor.state.tr.setMeta(key, told).setMeta('addToHistory', false))
}

function follow(places: Places, changed: boolean, mapping: Mapping): Places {
  if (!changed) return places
  return new Map(
    [...places].map(([id, place]) => [
      id,
      place && { from: mapping.map(place.from, 1), to: mapping.map(place.to, -1) },
    ]),
  )
}

/** A passage can change without moving, so it is compared after every change of the text. */
function keepFits(view: EditorView, onFits: (fits: Fits) => void) {
  let timer: ReturnType<typeof setTimeout> | undefined
  let told: Fits | undefined
  const look = () => {
    timer = undefined
    // a composition must not be disturbed
    if (view.composing) return void (timer = setTimeout(look, 300))
    const shown = key.getState(view.state)!
    if (!sameFits(compare(view.state.doc, shown), shown.fits)) {
      view.dispatch(view.state.tr.setMeta(key, {}).setMeta('addToHistory', false))
    }
  }
  return {
    update(_view: EditorView, before: EditorState) {
      const shown = key.getState(view.state)!
      if (shown.fits !== told) onFits((told = shown.fits))
      if (before.doc !== view.state.doc && shown.proposals.length > 0) timer ??= setTimeout(look, settleMs)
    },
    destroy: () => clearTimeout(timer),
  }
}

function compare(doc: Node, { proposals, places }: Shown): Fits {
  const fits = new Map<string, Fit>()
  for (const { id, anchor, replacement } of proposals) {
    const place = places.get(id)
    if (place === undefined) continue
    const empty = place !== null && place.from >= place.to
    fits.set(id, fitOf(doc, empty ? null : place, anchor.quote, replacement))
  }
  return fits
}

function sameFits(one: Fits, other: Fits): boolean {
  if (one.size !== other.size) return false
  for (const [id, { kind, text }] of one) {
    const before = other.get(id)
    if (before?.kind !== kind || before.text !== text) return false
  }
  return true
}

function draw(
  doc: Node,
  { proposals, visible, canAccept, words, places, fits }: Shown,
  pick: (threadId: string, accepts: boolean) => void,
): DecorationSet {
  if (!visible) return DecorationSet.empty
  const decorations = proposals.flatMap((proposal) => {
    const { id, author, changes, state } = proposal
    const place = places.get(id)
    if (!place || isClosed(state) || fits.get(id)?.kind !== 'fits') return []
    return [
      Decoration.inline(place.from, place.to, {
        nodeName: 'del',
        class: 'proposal-old',
        'data-side': author.side,
      }),
      Decoration.widget(
        place.to,
        () => drawNew(doc.type.schema, proposal, words, canAccept, (accepts) => pick(id, accepts)),
        {
          side: 1,
          ignoreSelection: true,
          stopEvent: () => true,
          key: [id, changes, canAccept, words.accept('')].join(':'),
        },
      ),
    ]
  })
  return DecorationSet.create(doc, decorations)
}

/** What would come: the words as they would look, who proposes them, and for editors a button that accepts. */
function drawNew(
  schema: Schema,
  { author, replacement }: Proposal,
  words: MarkWords,
  canAccept: boolean,
  onPress: (accepts: boolean) => void,
): HTMLElement {
  const whole = document.createElement('ins')
  whole.className = 'proposal-new'
  whole.dataset.side = author.side
  whole.contentEditable = 'false'
  const said = document.createElement('span')
  said.className = 'proposal-said'
  said.textContent = words.by(author.name) + (replacement.length === 0 ? words.nothing : '')
  const name = document.createElement('span')
  name.className = 'proposal-name'
  // drawn by the style sheet: a reader hears the sentence before instead
  name.dataset.name = author.name
  whole.append(said, drawNodes(schema, replacement), name)
  if (canAccept) {
    const button = document.createElement('button')
    button.type = 'button'
    button.className = 'proposal-accept'
    button.title = words.accept(author.name)
    button.setAttribute('aria-label', words.accept(author.name))
    button.textContent = '✓'
    button.addEventListener('click', (event) => {
      event.stopPropagation()
      onPress(true)
    })
    whole.append(button)
  }
  // the text keeps its caret, and a proposed link leads nowhere
  whole.addEventListener('mousedown', (event) => event.preventDefault())
  whole.addEventListener('click', (event) => {
    event.preventDefault()
    onPress(false)
  })
  return whole
}

function drawNodes(schema: Schema, replacement: Replacement): DocumentFragment {
  const serializer = DOMSerializer.fromSchema(schema)
  const drawn = document.createDocumentFragment()
  Fragment.fromJSON(schema, replacement).forEach((node, _offset, index) => {
    if (node.isInline) return void drawn.append(serializer.serializeNode(node))
    if (index > 0) drawn.append(document.createElement('br'))
    drawn.append(serializer.serializeFragment(node.content))
    if (node.attrs.alt) drawn.append(String(node.attrs.alt))
  })
  for (const formula of drawn.querySelectorAll<HTMLElement>('[data-latex]')) {
    formula.textContent = formula.dataset.latex ?? ''
  }
  return drawn
}
