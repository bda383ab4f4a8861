import type { Node } from '@tiptap/pm/model'
import { yXmlFragmentToProseMirrorRootNode } from '@tiptap/y-tiptap'
import * as Y from 'yjs'
import { placeOf, quoteLength } from '../../shared/anchors/anchors.ts'
import { schema } from '../../shared/document/schema.ts'
import { textField } from '../../shared/document/text-field.ts'
import { layOutText, type TextLayout } from '../../shared/document/text-layout.ts'
import { nodePlaceOf } from '../../shared/anchors/node-anchors.ts'
import { isWrittenIn } from '../../shared/anchors/proposal-fit.ts'
import { bare } from '../../shared/anchors/anchor-context.ts'
import { contentOf, exactText } from '../history/capture.ts'
import { docAt, updatesIn } from '../history/replay.ts'
import { unpackList } from '../conversions/packed-list.ts'
import { signedContent } from '../resources/frozen-content.ts'
import type { AcceptedProposal, FrozenText, Quoted, TextToFreeze, WordsToFind } from './freezing.ts'

/** The most texts in time that one proposal is looked for in: an editor's browser writes it at once. */
const mostLooks = 500
/** How far the clocks of the server and of the database may differ (ms). */
const clocksMs = 5_000
/** Places of one text that are passed on: more are not told. */
const mostPlaces = 20

const nothing: FrozenText = {
  content: null,
  size: 0,
  hidden: 0,
  pictures: [],
  lossy: [],
  changedQuotes: [],
  unwritten: [],
  unsure: [],
}

/** Reads a text as it is frozen, in a converter process, and what stands in the way of freezing it. */
export function freezeText({ chunks, base, updates, ...given }: TextToFreeze): FrozenText {
  const [quoted, proposals] = [
    unpackList<Quoted>(given.quoted),
    unpackList<AcceptedProposal>(given.proposals),
  ]
  const fragment = docAt({ chunks, base, updates }).getXmlFragment(textField)
  const { root, violations } = exactText(fragment)
  if (!root) {
    const lossy = violations
      .slice(0, mostPlaces)
      .map(({ reason, block, heading, quote }) => ({ reason, block, heading, quote }))
    return { ...nothing, lossy }
  }
  const layout = layOutText(fragment)
  const found = proposals.map((one) => ({ id: one.threadId, found: isWritten(root, layout, one) }))
  return {
    ...signedContent(contentOf(root)),
    lossy: [],
    changedQuotes: quoted.filter((one) => !quoteStands(layout, one)).map(({ threadId }) => threadId),
    unwritten: found.filter((one) => one.found === false).map(({ id }) => id),
    unsure: found.filter((one) => one.found === null).map(({ id }) => id),
  }
}

/** True when the text still has the words that a point was raised on, where it points. */
function quoteStands(layout: TextLayout, { anchor }: Quoted): boolean {
  const place = anchor.type === 'node' ? nodePlaceOf(layout, anchor) : placeOf(layout, anchor)
  if (!place) return false
  if (anchor.type === 'node' && anchor.nodeType === 'image') return true
  const now = bare(layout.words().between(place.from, place.to))
  const then = bare(anchor.quote)
  return anchor.quote.length < quoteLength - 1 ? now === then : now.startsWith(then)
}

const isWritten = (root: Node, layout: TextLayout, { anchor, replacement }: AcceptedProposal) =>
  isWrittenIn(root, layout, anchor, replacement)

/**
 * Which accepted proposals were ever written: the document is gone through again from their acceptance on, and each
 * state is looked into, the one that the acceptance met and each that somebody made later. What a folded history does not tell any more is not written: whoever
 * knows better opens the point again and closes it as it is. In a converter process.
 */
export function findWritten({ history, ...given }: WordsToFind): string[] {
  const proposals = unpackList<AcceptedProposal>(given.proposals)
  const updates = updatesIn(history)
  const written: string[] = []
  const pending = new Set(proposals)
  if (pending.size === 0) return written
  const earliest = Math.min(...proposals.map(({ acceptedAt }) => acceptedAt)) - clocksMs
  // folded history is of no time, and begins the list
  const first = updates.findIndex(({ at }) => at >= earliest)
  const [before, after] = first < 0 ? [updates, []] : [updates.slice(0, first), updates.slice(first)]
  const doc = new Y.Doc()
  Y.transact(doc, () => before.forEach(({ update }) => Y.applyUpdate(doc, update)))
  const fragment = doc.getXmlFragment(textField)
  const looks = new Map<AcceptedProposal, number>()
  const look = (asked: AcceptedProposal[]) => {
    if (asked.length === 0) return
    const layout = layOutText(fragment)
    const root = yXmlFragmentToProseMirrorRootNode(fragment, schema)
    for (const one of asked) {
      const isThere = isWritten(root, layout, one) === true
      const count = (looks.get(one) ?? 0) + 1
      looks.set(one, count)
      if (isThere) written.push(one.threadId)
      if (isThere || count >= mostLooks) pending.delete(one)
    }
  }
  for (const { at, update } of after) {
    const asked = [...pending].filter((one) => at >= one.acceptedAt - clocksMs)
    // the state that the first update after the acceptance met: in a folded history it alone holds what was written
    look(asked.filter((one) => !looks.has(one)))
    Y.applyUpdate(doc, update)
    look(asked.filter((one) => pending.has(one)))
    if (pending.size === 0) break
  }
  return written
}
