import type { Editor } from '@tiptap/core'
import { anchorOfNode, anchorOfSelection, anchorOfWhole } from '../anchors/selection-anchors.ts'
import { useThreadComposer, type ComposerNeeds, type ThreadComposer } from './use-composer.ts'

/** The point that is being written on a document's page, and what begins one. */
export interface TextComposer extends ThreadComposer {
  /** Begins a comment on the block, cell or picture that begins at a position of the text. */
  raiseAt(at: number): boolean
  /** Begins a comment on the whole cell or block around the selection. */
  raiseOnWhole(): boolean
}

/** Begins and writes a point on a document's page. */
export function useTextComposer(
  given: Omit<ComposerNeeds, 'source'> & { editor: Editor | null },
): TextComposer {
  const { resourceId, editor } = given
  const source = editor && { selected: () => anchorOfSelection(editor, resourceId) }
  const composer = useThreadComposer({ ...given, source })
  return {
    ...composer,
    raiseAt: (at) => composer.raiseOn(editor && anchorOfNode(editor, resourceId, at)),
    raiseOnWhole: () => composer.raiseOn(editor && anchorOfWhole(editor, resourceId)),
  }
}
