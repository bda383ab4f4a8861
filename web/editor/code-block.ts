import { CodeBlockLowlight } from '@tiptap/extension-code-block-lowlight'
import type { Node } from '@tiptap/pm/model'
import type { Plugin } from '@tiptap/pm/state'
import { common, createLowlight } from 'lowlight'

const grammars = createLowlight()

/** The grammars are registered when there is code: that takes a while, and most texts have none. */
const lowlight = {
  ...grammars,
  listLanguages() {
    if (grammars.listLanguages().length === 0) grammars.register(common)
    return grammars.listLanguages()
  },
}

/** Code in colours. */
export const CodeBlock = CodeBlockLowlight.extend({
  addProseMirrorPlugins() {
    const plugins = this.parent?.() ?? []
    plugins.forEach(lookSeldom)
    return plugins
  },
}).configure({ lowlight, enableTabIndentation: true })

/** The plugin goes through the whole text twice with each transaction, which a text without code is spared. */
function lookSeldom({ spec }: Plugin): void {
  const { state } = spec
  if (!state) return
  const apply = state.apply.bind(state)
  state.apply = (transaction, shown, before, after) =>
    transaction.docChanged && (hasCode(before.doc) || hasCode(after.doc))
      ? apply(transaction, shown, before, after)
      : shown
}

/** Blocks are never changed, only replaced: each is looked through once. */
const known = new WeakMap<Node, boolean>()

function hasCode(doc: Node): boolean {
  return doc.children.some((block) => {
    const isKnown = known.get(block)
    if (isKnown !== undefined) return isKnown
    let has = block.type.name === CodeBlockLowlight.name
    block.descendants((node) => {
      has ||= node.type.name === CodeBlockLowlight.name
      return !has
    })
    known.set(block, has)
    return has
  })
}
