import { DOMSerializer, type Schema } from '@tiptap/pm/model'
import { readKeptList } from '../../../shared/document/kept-content.ts'
import type { Replacement, Thread } from '../../../shared/review.ts'
import { withBreaks } from '../../ui/text/broken-runs.ts'

/** A thread with what it proposes, on a passage of this document. */
export type Proposal = Thread & { anchor: { type: 'text'; quote: string }; replacement: Replacement }

export const isProposal = (thread: Thread): thread is Proposal =>
  thread.kind === 'proposal' && thread.anchor.type === 'text' && thread.replacement !== null

/** What the marks in the text say, in the reader's language. */
export interface MarkWords {
  by(name: string): string
  accept(name: string): string
  /** Of a proposal that its author keeps private. */
  draft: string
  /** In place of a replacement that has no words. */
  nothing: string
}

/**
 * What would come: the words as they would look, who proposes them, and for editors a button that accepts. No caret can
 * stand in them: `putCaret` puts it beside them.
 */
export function drawNew(
  schema: Schema,
  { id, author, replacement, draft }: Proposal,
  words: MarkWords,
  canAccept: boolean,
  onPress: (accepts: boolean) => void,
  putCaret: () => void,
): HTMLElement {
  const whole = document.createElement('ins')
  whole.className = 'proposal-new'
  whole.dataset.side = author.side
  whole.dataset.draft = String(draft)
  whole.contentEditable = 'false'
  const said = document.createElement('span')
  said.className = 'proposal-said'
  said.textContent =
    (draft ? `${words.draft} ` : '') + words.by(author.name) + (replacement.length === 0 ? words.nothing : '')
  const name = document.createElement('span')
  name.className = 'proposal-name'
  // drawn by the style sheet: a reader hears the sentence before instead
  name.dataset.name = draft ? words.draft : author.name
  whole.append(said, drawNodes(schema, replacement), name)
  if (canAccept) {
    const button = document.createElement('button')
    button.type = 'button'
    button.className = 'proposal-accept'
    button.dataset.decides = id
    button.title = words.accept(author.name)
    button.setAttribute('aria-label', button.title)
    button.textContent = '✓'
    button.addEventListener('click', (event) => {
      event.stopPropagation()
      onPress(true)
    })
    whole.append(button)
  }
  // what is typed next stands beside the words that were pressed; a button leaves the caret, a proposed link leads nowhere
  whole.addEventListener('mousedown', (event) => {
    event.preventDefault()
    if (!(event.target as Element).closest('button')) putCaret()
  })
  whole.addEventListener('click', (event) => {
    event.preventDefault()
    onPress(false)
  })
  return whole
}

function drawNodes(schema: Schema, replacement: Replacement): DocumentFragment {
  const serializer = DOMSerializer.fromSchema(schema)
  const drawn = document.createDocumentFragment()
  readKeptList(schema, replacement).forEach((node, _offset, index) => {
    if (node.isInline) return void drawn.append(serializer.serializeNode(node))
    if (index > 0) drawn.append(document.createElement('br'))
    drawn.append(serializer.serializeFragment(node.content))
    if (node.attrs.alt) drawn.append(String(node.attrs.alt))
  })
  breakLongRuns(drawn)
  for (const formula of drawn.querySelectorAll<HTMLElement>('[data-latex]')) {
    formula.textContent = formula.dataset.latex ?? ''
  }
  return drawn
}

function breakLongRuns(drawn: DocumentFragment): void {
  const walker = document.createTreeWalker(drawn, NodeFilter.SHOW_TEXT)
  for (let text = walker.nextNode(); text; text = walker.nextNode()) {
    const shown = withBreaks(text.nodeValue ?? '')
    if (shown !== text.nodeValue) text.nodeValue = shown
  }
}
