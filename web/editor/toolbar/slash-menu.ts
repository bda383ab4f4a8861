import { Extension, type Editor, type Range } from '@tiptap/core'
import { PluginKey } from '@tiptap/pm/state'
import { Suggestion } from '@tiptap/suggestion'
import { i18n } from '../../i18n.ts'
import { observable } from '../../sync/observable.ts'
import { opensMenu, type CaretMenu } from '../../ui/caret-menu/caret-menu.ts'
import { startsAgain } from '../binding/starts-again.ts'
import { findBlocks, type Block } from '../blocks/blocks.ts'

/** The open slash menu; null when there is none. */
export const slashMenu = observable<CaretMenu<Block> | null>(null)

const key = new PluginKey('slashMenu')

/** `/` at the start of a word, or `、` of a Chinese keyboard before any, opens the list of blocks; typing narrows it, arrows and Enter choose. */
export const SlashMenu = Extension.create({
  name: 'slashMenu',
  addProseMirrorPlugins() {
    const { editor } = this
    return [
      startsAgain(
        Suggestion<Block, Block>({
          ...opensMenu(slashMenu, key, ['/', '、']),
          editor,
          allow: ({ state, range }) =>
            canStart(
              state.doc.textBetween(Math.max(0, range.from - 1), range.from),
              state.doc.textBetween(range.from, range.from + 1),
              state,
            ),
          items: ({ query }) => findBlocks(query, (block) => i18n.t(`editor:block.${block.id}`)),
          command: ({ editor: where, range, props: block }) => putIn(where, range, block),
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
