import { Extension } from '@tiptap/core'
import type { Node } from '@tiptap/pm/model'
import { Plugin, PluginKey, type Transaction } from '@tiptap/pm/state'
import { Decoration, DecorationSet } from '@tiptap/pm/view'
import { formatCharactersAt } from '../../shared/text/format-characters.ts'

const key = new PluginKey<DecorationSet>('formatCharacters')

/** Shows characters that nobody sees or that turn others by their codes, as print does, and lets them turn nothing. */
export const FormatCharacters = Extension.create({
  name: 'formatCharacters',
  addProseMirrorPlugins: () => [
    new Plugin<DecorationSet>({
      key,
      state: {
        init: (_, { doc }) => DecorationSet.create(doc, decorationsIn(doc, 0, doc.content.size)),
        apply: (tr, shown) => (tr.docChanged ? updated(shown, tr) : shown),
      },
      props: { decorations: (state) => key.getState(state) },
    }),
  ],
})

/** Looks only at the paragraphs that a change touched. */
function updated(shown: DecorationSet, tr: Transaction): DecorationSet {
  let set = shown.map(tr.mapping, tr.doc)
  for (const [at, map] of tr.mapping.maps.entries()) {
    const later = tr.mapping.slice(at + 1)
    map.forEach((_from, _to, newFrom, newTo) => {
      const from = later.map(newFrom, -1)
      const to = Math.max(from, later.map(newTo, 1))
      const found = decorationsIn(tr.doc, from, to)
      const [start, end] = found.reduce(
        ([least, most], one) => [Math.min(least, one.from), Math.max(most, one.to)],
        [from, to],
      )
      set = set.remove(set.find(start, end))
      if (found.length > 0) set = set.add(tr.doc, found)
    })
  }
  return set
}

function decorationsIn(doc: Node, from: number, to: number): Decoration[] {
  const found: Decoration[] = []
  doc.nodesBetween(from, to, (node, pos) => {
    if (!node.isText) return
    for (const { index, sign, code } of formatCharactersAt(node.text!)) {
      const at = pos + index
      found.push(Decoration.inline(at, at + sign.length, { class: 'format-character', 'data-code': code }))
    }
  })
  return found
}
