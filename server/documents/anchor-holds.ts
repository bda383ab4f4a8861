import * as Y from 'yjs'
import { anchorHolds as textAnchorHolds, type TextAnchor } from '../../shared/anchors/anchors.ts'
import { textField } from '../../shared/document/text-field.ts'
import { layOutText, type TextLayout } from '../../shared/document/text-layout.ts'
import { nodeAnchorHolds, type NodeAnchor } from '../../shared/anchors/node-anchors.ts'
import { convert } from '../conversions/convert.ts'
import type { Task } from '../conversions/task.ts'
import type { ResourceReader } from '../resources/kinds.ts'

/** A place in a document, and the document's committed state as one Yjs update. */
interface PlaceInState {
  state: Uint8Array
  anchor: TextAnchor | NodeAnchor
}

export const anchorTask: Task<PlaceInState, boolean> = {
  name: 'anchor holds',
  kind: 'quick',
  isOutput: (value): value is boolean => typeof value === 'boolean',
}

/**
 * Whether a document's committed text has or had the characters or blocks of an anchor. Reading a hundred pages takes a
 * good part of a second, so it is done away from the thread that serves.
 */
export async function anchorHolds(
  { read, converter, by }: Pick<ResourceReader, 'read' | 'converter' | 'by'>,
  anchor: PlaceInState['anchor'],
): Promise<boolean> {
  const state = await read(anchor.documentId, by.userId)
  return convert(converter, anchorTask, anchorHoldsIn, { state, anchor }, state.length, by)
}

/** Who raises points raises several, one after the other, on a text that may not have changed. */
let last: { state: Uint8Array; layout: TextLayout } | null = null

/** Holds an anchor against a state. */
export function anchorHoldsIn({ state, anchor }: PlaceInState): boolean {
  if (!last || Buffer.compare(last.state, state) !== 0) {
    const doc = new Y.Doc()
    Y.applyUpdate(doc, state)
    last = { state, layout: layOutText(doc.getXmlFragment(textField)) }
  }
  const { layout } = last
  return anchor.type === 'node' ? nodeAnchorHolds(layout, anchor) : textAnchorHolds(layout, anchor)
}
