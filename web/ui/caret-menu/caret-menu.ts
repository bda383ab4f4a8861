import type { Editor } from '@tiptap/core'
import type { PluginKey } from '@tiptap/pm/state'
import { exitSuggestion, findSuggestionMatch, type SuggestionOptions } from '@tiptap/suggestion'
import { isOfComposition } from '../text/composing.ts'
import type { Observable } from '../../sync/observable.ts'

/** A list of what can be put in at a caret, open below it. */
export interface CaretMenu<Item> {
  /** Whose caret it is. */
  editor: Editor
  items: readonly Item[]
  chosen: number
  /** Where the sign that opened it stands, in the window. */
  place: DOMRect | null
  choose(item: Item): void
}

/** The open list; null when there is none. */
export type OpenMenu<Item> = Observable<CaretMenu<Item> | null>

/**
 * The part of a Tiptap `Suggestion` that opens a list: at a sign, or as a Chinese keyboard writes it, with or without a
 * space before it, as Chinese has none. Typing narrows the list, arrows and Enter choose.
 */
export function opensMenu<Item>(
  menu: OpenMenu<Item>,
  pluginKey: PluginKey,
  [char, wide]: readonly [string, string],
) {
  return {
    pluginKey,
    char,
    findSuggestionMatch: (config) =>
      findSuggestionMatch(config) ?? findSuggestionMatch({ ...config, char: wide }),
    allowedPrefixes: null,
    render: () => {
      const show: Shows<Item> = ({ editor, items, clientRect, command }) =>
        menu.set({ editor, items, chosen: 0, place: clientRect?.() ?? null, choose: command })
      return {
        onStart: show,
        onUpdate: show,
        onExit: () => menu.set(null),
        onKeyDown: ({ event, view }) => onKey(menu, event, () => exitSuggestion(view, pluginKey)),
      }
    },
  } satisfies Partial<SuggestionOptions<Item, Item>>
}

type Shows<Item> = NonNullable<ReturnType<NonNullable<SuggestionOptions<Item, Item>['render']>>['onStart']>

function onKey<Item>(open: OpenMenu<Item>, event: KeyboardEvent, leave: () => void): boolean {
  const menu = open.get()
  if (!menu || isOfComposition(event) || event.ctrlKey || event.metaKey) return false
  const { items, chosen } = menu
  if (event.key === 'Escape') {
    leave()
    return true
  }
  if (items.length === 0) return false
  if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
    const step = event.key === 'ArrowDown' ? 1 : items.length - 1
    open.set({ ...menu, chosen: (chosen + step) % items.length })
    return true
  }
  if (event.key === 'Enter' || event.key === 'Tab') {
    menu.choose(items[chosen]!)
    return true
  }
  return false
}
