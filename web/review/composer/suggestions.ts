import { Extension, type Editor } from '@tiptap/core'
import { PluginKey } from '@tiptap/pm/state'
import { Suggestion, exitSuggestion, findSuggestionMatch } from '@tiptap/suggestion'
import type { Author, Thread } from '../../../shared/review.ts'
import { observable } from '../../sync/observable.ts'

/** Somebody or a point that a comment can name. */
export type Suggested = { kind: 'mention'; person: Author } | { kind: 'pointLink'; point: Thread }

export interface SuggestionMenu {
  items: readonly Suggested[]
  chosen: number
  place: DOMRect | null
  choose(item: Suggested): void
}

/** The open list below the caret; null when there is none. */
export const suggestionMenu = observable<SuggestionMenu | null>(null)

const shownAtMost = 8

/** `@` offers the people who see the place, `#` the points; typing narrows, arrows and Enter choose. */
export function suggestions(people: () => readonly Author[], points: () => readonly Thread[]): Extension {
  const findPeople = (query: string): Suggested[] =>
    people()
      .filter(({ name }) => name.toLowerCase().includes(query.toLowerCase()))
      .map((person) => ({ kind: 'mention', person }))
  const findPoints = (query: string): Suggested[] =>
    points()
      .filter(
        ({ number, draft, comments }) =>
          !draft && (String(number).startsWith(query) || (comments[0]?.body ?? '').includes(query)),
      )
      .map((point) => ({ kind: 'pointLink', point }))
  return Extension.create({
    name: 'commentSuggestions',
    addProseMirrorPlugins() {
      return [
        offer(this.editor, ['@', '＠'], new PluginKey('mentions'), findPeople),
        offer(this.editor, ['#', '＃'], new PluginKey('points'), findPoints),
      ]
    },
  })
}

function offer(
  editor: Editor,
  [char, wide]: [string, string],
  key: PluginKey,
  find: (query: string) => Suggested[],
) {
  return Suggestion<Suggested, Suggested>({
    editor,
    pluginKey: key,
    char,
    // as a Chinese keyboard writes it
    findSuggestionMatch: (config) =>
      findSuggestionMatch(config) ?? findSuggestionMatch({ ...config, char: wide }),
    // Chinese has no space before a name
    allowedPrefixes: null,
    items: ({ query }) => find(query).slice(0, shownAtMost),
    command: ({ editor: where, range, props: item }) => {
      where
        .chain()
        .focus()
        .insertContentAt(range, [nodeOf(item), { type: 'text', text: ' ' }])
        .run()
    },
    render: () => ({
      onStart: ({ items, clientRect, command }) =>
        suggestionMenu.set({ items, chosen: 0, place: clientRect?.() ?? null, choose: command }),
      onUpdate: ({ items, clientRect, command }) =>
        suggestionMenu.set({ items, chosen: 0, place: clientRect?.() ?? null, choose: command }),
      onExit: () => suggestionMenu.set(null),
      onKeyDown: ({ event, view }) => onKey(event, () => exitSuggestion(view, key)),
    }),
  })
}

const nodeOf = (item: Suggested) =>
  item.kind === 'mention'
    ? { type: 'mention', attrs: { userId: item.person.userId, label: item.person.name } }
    : { type: 'pointLink', attrs: { threadId: item.point.id, number: item.point.number } }

function onKey(event: KeyboardEvent, leave: () => void): boolean {
  const menu = suggestionMenu.get()
  if (!menu || event.isComposing || event.ctrlKey || event.metaKey) return false
  const { items, chosen } = menu
  if (event.key === 'Escape') {
    leave()
    return true
  }
  if (items.length === 0) return false
  if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
    const step = event.key === 'ArrowDown' ? 1 : items.length - 1
    suggestionMenu.set({ ...menu, chosen: (chosen + step) % items.length })
    return true
  }
  if (event.key === 'Enter' || event.key === 'Tab') {
    menu.choose(items[chosen]!)
    return true
  }
  return false
}
