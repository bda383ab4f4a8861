import type { Plugin } from '@tiptap/pm/state'

/**
 * A plugin of y-tiptap whose state outlives what it cannot work out: it finds carets and selections again in the shared
 * text, and throws where that is broken. Its last state stands then; the editor goes on.
 */
export function tolerant<Given extends Plugin>(plugin: Given, first?: unknown): Given {
  const { state, view } = plugin.spec
  if (state) {
    const { init, apply } = state
    if (first !== undefined) {
      state.init = function (...given) {
        return attempt(() => init.apply(this, given) as unknown, first)
      }
    }
    state.apply = function (...given) {
      return attempt(() => apply.apply(this, given) as unknown, given[1] as unknown)
    }
  }
  if (view) {
    plugin.spec.view = (editorView) => {
      const made = view.call(plugin, editorView)
      const { update } = made
      return {
        ...made,
        update: update && ((...given) => attempt(() => update.apply(made, given), undefined)),
      }
    }
  }
  return plugin
}

function attempt<Value>(act: () => Value, otherwise: Value): Value {
  try {
    return act()
  } catch {
    return otherwise
  }
}
