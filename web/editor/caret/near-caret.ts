import { Extension } from '@tiptap/core'
import { Plugin, type EditorState } from '@tiptap/pm/state'
import { Decoration, DecorationSet } from '@tiptap/pm/view'

/** So many blocks before and after that of the caret: what a key reaches before the browser draws again. */
const reach = 2

/**
 * Keeps the blocks around the caret laid out (`.near-caret` in editor.css). A block that is laid out only when it is
 * in view is not yet so until it was drawn once, and into a block without a layout Chromium's own editing does not
 * write: what was typed into a paragraph right after it was made stood in another place.
 */
export const NearCaret = Extension.create({
  name: 'nearCaret',
  addProseMirrorPlugins: () => [new Plugin({ props: { decorations: blocksNearCaret } })],
})

function blocksNearCaret({ doc, selection: { $anchor, $head } }: EditorState): DecorationSet {
  const near = new Set<number>()
  for (const $end of [$anchor, $head]) {
    const at = $end.index(0)
    for (let index = at - reach; index <= at + reach; index++) near.add(index)
  }
  const drawn: Decoration[] = []
  doc.forEach((block, from, index) => {
    if (near.has(index)) drawn.push(Decoration.node(from, from + block.nodeSize, { class: 'near-caret' }))
  })
  return DecorationSet.create(doc, drawn)
}
