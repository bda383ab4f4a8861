import { Decoration } from '@tiptap/pm/view'
import { placeOf, type TextAnchor } from '../../../shared/anchors/anchors.ts'
import type { TextLayout } from '../../../shared/document/text-layout.ts'
import { nodePlaceOf, type NodeAnchor } from '../../../shared/anchors/node-anchors.ts'
import type { Place } from '../../../shared/anchors/anchor-context.ts'

/** An anchor that an editor draws in its text. */
export type DrawnAnchor = TextAnchor | NodeAnchor

/** How a kind of anchor is found again in a text, and drawn there. */
interface DrawnKind<Pointed extends DrawnAnchor> {
  /** Where it stands; null: what it points at was removed. */
  find(layout: TextLayout, anchor: Pointed): Place | null
  draw: typeof Decoration.inline | typeof Decoration.node
  /** What its mark is styled by, beside what all marks are. */
  className: string | null
}

const drawnKinds: { [Type in DrawnAnchor['type']]: DrawnKind<Extract<DrawnAnchor, { type: Type }>> } = {
  text: { find: placeOf, draw: Decoration.inline, className: null },
  node: { find: nodePlaceOf, draw: Decoration.node, className: 'thread-node' },
}

/** The kind of an anchor that is drawn in a text. */
export const drawnKind = ({ type }: DrawnAnchor): DrawnKind<DrawnAnchor> =>
  drawnKinds[type] as DrawnKind<DrawnAnchor>
