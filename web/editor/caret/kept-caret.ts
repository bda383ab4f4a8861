import type { EditorState } from '@tiptap/pm/state'
import {
  absolutePositionToRelativePosition,
  relativePositionToAbsolutePosition,
  ySyncPluginKey,
} from '@tiptap/y-tiptap'
import * as Y from 'yjs'
import type { TextBinding } from '../binding/text-binding.ts'

/**
 * A caret by the letter of the shared text that it stands behind, as JSON, so that it is found again in a text in which
 * others wrote, or that has not all come yet.
 */
export type KeptCaret = object

const bindingOf = (state: EditorState) =>
  (ySyncPluginKey.getState(state) as { binding: TextBinding } | undefined)?.binding

/** Where the caret of an editor stands; null where it is bound to no shared text. */
export function caretOf(state: EditorState): KeptCaret | null {
  const binding = bindingOf(state)
  if (!binding) return null
  const { head } = state.selection
  const place = absolutePositionToRelativePosition(
    head,
    binding.type,
    binding.mapping as never,
  ) as Y.RelativePosition
  return Y.relativePositionToJSON(place) as KeptCaret
}

/** Where a kept caret stands now; null while what it stands in is not there, and for what is no caret. */
export function placeOfCaret(state: EditorState, kept: unknown): number | null {
  const binding = bindingOf(state)
  if (!binding || typeof kept !== 'object' || kept === null) return null
  try {
    const { doc, type, mapping } = binding
    const place = Y.createRelativePositionFromJSON(kept)
    const at = relativePositionToAbsolutePosition(doc, type, place, mapping as never)
    return at !== null && at >= 0 && at <= state.doc.content.size ? at : null
  } catch {
    // what a former version kept, or somebody else
    return null
  }
}
