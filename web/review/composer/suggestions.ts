import { Extension, type Editor } from '@tiptap/core'
import { PluginKey } from '@tiptap/pm/state'
import { Suggestion } from '@tiptap/suggestion'
import type { Author, Thread } from '../../../shared/review.ts'
import { observable } from '../../sync/observable.ts'
import { opensMenu, type CaretMenu } from '../../ui/caret-menu/caret-menu.ts'

/** Somebody or a point that a comment can name. */
export type Suggested = { kind: 'mention'; person: Author } | { kind: 'pointLink'; thread: Thread }

/** What `@` or `#` offers at the caret just now, in whichever field that is; null when neither does. */
export const suggestionMenu = observable<CaretMenu<Suggested> | null>(null)

const shownAtMost = 8

/** `@` offers the people who see the place, `#` the points; typing narrows, arrows and Enter choose. */
export function suggestions(people: () => readonly Author[], threads: () => readonly Thread[]): Extension {
  const findPeople = (query: string): Suggested[] =>
    people()
      .filter(({ name }) => name.toLowerCase().includes(query.toLowerCase()))
      .map((person) => ({ kind: 'mention', person }))
  const findThreads = (query: string): Suggested[] =>
    threads()
      .filter(
        ({ number, draft, comments }) =>
          !draft && (String(number).startsWith(query) || (comments[0]?.body ?? '').includes(query)),
      )
      .map((thread) => ({ kind: 'pointLink', thread }))
  return Extension.create({
    name: 'commentSuggestions',
    addProseMirrorPlugins() {
      return [
        offer(this.editor, ['@', '＠'], new PluginKey('mentions'), findPeople),
        offer(this.editor, ['#', '＃'], new PluginKey('points'), findThreads),
      ]
    },
  })
}

function offer(
  editor: Editor,
  signs: readonly [string, string],
  key: PluginKey,
  find: (query: string) => Suggested[],
) {
  return Suggestion<Suggested, Suggested>({
    ...opensMenu(suggestionMenu, key, signs),
    editor,
    items: ({ query }) => find(query).slice(0, shownAtMost),
    command: ({ editor: where, range, props: item }) => {
      where
        .chain()
        .focus()
        .insertContentAt(range, [nodeOf(item), { type: 'text', text: ' ' }])
        .run()
    },
  })
}

const nodeOf = (item: Suggested) =>
  item.kind === 'mention'
    ? { type: 'mention', attrs: { userId: item.person.userId, label: item.person.name } }
    : { type: 'pointLink', attrs: { threadId: item.thread.id, number: item.thread.number } }
