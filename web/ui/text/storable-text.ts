import { Extension } from '@tiptap/core'
import { Plugin, type EditorState, type Transaction } from '@tiptap/pm/state'
import { unstorable } from '../../../shared/text/storable.ts'

/**
 * Drops what no text can keep (NUL, half of a surrogate pair) as it comes in, pasted, dropped or typed: other programs
 * put it into the clipboard unseen, and the server would refuse all that came with it. Attributes take none by themselves.
 */
export const StorableText = Extension.create({
  name: 'storableText',
  addProseMirrorPlugins: () => [
    new Plugin({
      appendTransaction: (transactions, before, state) =>
        transactions.some(({ docChanged }) => docChanged) ? withoutUnstorable(before, state) : null,
    }),
  ],
})

function withoutUnstorable(before: EditorState, { doc, tr }: EditorState): Transaction | null {
  // what was there already is not this change's to repair
  const start = before.doc.content.findDiffStart(doc.content)
  if (start === null) return null
  const end = Math.max(start, before.doc.content.findDiffEnd(doc.content)!.b)
  const places: number[] = []
  doc.nodesBetween(start, end, ({ text }, at) => {
    for (const { index } of text?.matchAll(unstorable) ?? []) places.push(at + index)
  })
  const within = places.filter((at) => at >= start && at < end)
  if (within.length === 0) return null
  for (const at of within.toReversed()) tr.delete(at, at + 1)
  return tr
}
