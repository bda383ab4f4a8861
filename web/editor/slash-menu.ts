import { Extension, type Editor, type Range } from '@tiptap/core'
import { PluginKey } from '@tiptap/pm/state'
import { Suggestion, exitSuggestion, findSuggestionMatch } from '@tiptap/suggestion'
import { i18n } from '../i18n.ts'
import { observable } from '../sync/observable.ts'
import { startsAgain } from './starts-again.ts'
import { findBlocks, type Block } from './blocks.ts'

export interface SlashMenuState {
  items: readonly Block[]
  chosen: number
  /** Where the slash stands, in the window. */
  place: DOMRect | null
  choose(block: Block): void
}

/** The open slash menu; null when there is none. */
export const slashMenu = observable<SlashMenuState | null>(null)

const key = new PluginKey('slashMenu')

/** `/` at the start of a word, or `、` of a Chinese keyboard before any, opens the list of blocks; typing narrows it, arrows and Enter choose. */
export const SlashMenu = Extension.create({
  name: 'slashMenu',
  addProseMirrorPlugins() {
    const { editor } = this
    return [
      startsAgain(
        Suggestion<Block, Block>({
          editor,
          pluginKey: key,
          char: '/',
          findSuggestionMatch: (config) =>
            findSuggestionMatch(config) ?? findSuggestionMatch({ ...config, char: '、' }),
          // Chinese has no space before the slash
          allowedPrefixes: null,
          allow: ({ state, range }) =>
            canStart(
              state.doc.textBetween(Math.max(0, range.from - 1), range.from),
              state.doc.textBetween(range.from, range.from + 1),
              state,
            ),
          items: ({ query }) => findBlocks(query, (block) => i18n.t(`editor:block.${block.id}`)),
          command: ({ editor: where, range, props: block }) => putIn(where, range, block),
          render: () => ({
            onStart: ({ items, clientRect, command }) =>
              slashMenu.set({ items, chosen: 0, place: clientRect?.() ?? null, choose: command }),
            onUpdate: ({ items, clientRect, command }) =>
              slashMenu.set({ items, chosen: 0, place: clientRect?.() ?? null, choose: command }),
            onExit: () => slashMenu.set(null),
            onKeyDown: ({ event, view }) => onKey(event, () => exitSuggestion(view, key)),
          }),
        }),
        (state) => (key.getState(state) as { active: boolean } | undefined)?.active === true,
      ),
    ]
  },
})

function canStart(before: string, sign: string, state: Editor['state']): boolean {
  const { $from } = state.selection
  if ($from.parent.type.spec.code) return false
  // between words it is a comma
  if (sign === '、') return before.trim() === ''
  return before === '' || /[\s\p{Script=Han}，。；：、！？）]/u.test(before)
}

function putIn(editor: Editor, range: Range, block: Block): void {
  editor.chain().focus().deleteRange(range).run()
  block.run(editor)
}

function onKey(event: KeyboardEvent, leave: () => void): boolean {
  const menu = slashMenu.get()
  if (!menu || event.isComposing) return false
  const { items, chosen } = menu
  if (event.key === 'Escape') {
    leave()
    return true
  }
  if (items.length === 0) return false
  if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
    const step = event.key === 'ArrowDown' ? 1 : items.length - 1
    slashMenu.set({ ...menu, chosen: (chosen + step) % items.length })
    return true
  }
  if (event.key === 'Enter' || event.key === 'Tab') {
    menu.choose(items[chosen]!)
    return true
  }
  return false
}
