import { CodeBlockLowlight } from '@tiptap/extension-code-block-lowlight'
import { PluginKey, type Plugin } from '@tiptap/pm/state'
import { createLowlight } from 'lowlight'
import { codeColours } from './code-colours.ts'
import { nodeSearch } from '../search/node-search.ts'

const grammars = createLowlight()
let loading: Promise<void> | undefined

/** The grammars come when there is code: most texts have none. Without them code is shown plain. */
async function load(): Promise<void> {
  const { codeGrammars } = await import('./code-grammars.ts')
  grammars.register(codeGrammars)
}

const colours = codeColours(grammars)

const lowlight = {
  ...colours,
  listLanguages() {
    loading ??= load().catch(() => {
      loading = undefined
    })
    return grammars.listLanguages()
  },
}

const hasCode = nodeSearch(CodeBlockLowlight.name)

const grammarsCame = new PluginKey('code-grammars')

/** Code in colours. */
export const CodeBlock = CodeBlockLowlight.extend({
  addProseMirrorPlugins() {
    const plugins = this.parent?.() ?? []
    plugins.forEach(lookSeldom)
    return plugins
  },
}).configure({ lowlight, enableTabIndentation: true })

/**
 * The plugin goes through the whole text twice with each transaction, which a text without code is spared. When the
 * grammars have come it looks once more.
 */
function lookSeldom({ spec }: Plugin): void {
  const { state } = spec
  if (!state) return
  const init = state.init.bind(state)
  const apply = state.apply.bind(state)
  state.init = (config, instance) => {
    colours.begin()
    return init(config, instance)
  }
  state.apply = (transaction, shown, before, after) => {
    colours.begin()
    if (transaction.getMeta(grammarsCame)) return init({}, after)
    const isAbout = transaction.docChanged && (hasCode(before.doc) || hasCode(after.doc))
    return isAbout ? apply(transaction, shown, before, after) : shown
  }
  spec.view = (view) => {
    let isAsked = false
    let isGone = false
    const look = () => {
      if (isAsked || !loading) return
      isAsked = true
      void loading.then(() => {
        if (!isGone) view.dispatch(view.state.tr.setMeta(grammarsCame, true).setMeta('addToHistory', false))
      })
    }
    look()
    return { update: look, destroy: () => void (isGone = true) }
  }
}
