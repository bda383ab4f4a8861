import { Menu, UnstyledButton } from '@mantine/core'
import { RichTextEditor } from '@mantine/tiptap'
import {
  IconArrowBackUp,
  IconArrowForwardUp,
  IconBold,
  IconChevronDown,
  IconCode,
  IconHighlight,
  IconItalic,
  IconLink,
  IconList,
  IconListCheck,
  IconListNumbers,
  IconPhoto,
  IconPlus,
  IconSearch,
  IconStrikethrough,
  IconSubscript,
  IconSuperscript,
  IconTable,
  IconUnderline,
} from '@tabler/icons-react'
import type { Editor } from '@tiptap/core'
import { useEditorState } from '@tiptap/react'
import { yUndoPluginKey } from '@tiptap/y-tiptap'
import { memo } from 'react'
import { useTranslation } from 'react-i18next'
import type * as Y from 'yjs'
import { blocks } from '../blocks/blocks.ts'
import { CalloutTones } from '../blocks/CalloutTones.tsx'
import { askToFind, linkOpen } from './keys.ts'
import { SignPalette } from './SignPalette.tsx'
import { Tool } from '../../ui/Tool.tsx'
import { blockBar } from './bar-keys.ts'
import classes from './Toolbar.module.css'

const marks = [
  { name: 'bold', icon: IconBold, keys: ['mod', 'B'] },
  { name: 'italic', icon: IconItalic, keys: ['mod', 'I'] },
  { name: 'underline', icon: IconUnderline, keys: ['mod', 'U'] },
  { name: 'strike', icon: IconStrikethrough, keys: ['mod', 'shift', 'S'] },
  { name: 'subscript', icon: IconSubscript, keys: ['mod', ','] },
  { name: 'superscript', icon: IconSuperscript, keys: ['mod', '.'] },
  { name: 'highlight', icon: IconHighlight, keys: ['mod', 'shift', 'H'] },
  { name: 'code', icon: IconCode, keys: ['mod', 'E'] },
] as const

const lists = [
  { id: 'bulletList', icon: IconList, keys: ['mod', 'shift', '8'] },
  { id: 'orderedList', icon: IconListNumbers, keys: ['mod', 'shift', '7'] },
  { id: 'taskList', icon: IconListCheck, keys: ['mod', 'shift', '9'] },
] as const

const run = (id: string, editor: Editor) => blocks.find((block) => block.id === id)!.run(editor)

/** The row of tools above the sheet; on a phone it lies above the bottom bar and is moved with the thumb. */
export const Toolbar = memo(function Toolbar({ editor }: { editor: Editor }) {
  const { t } = useTranslation('editor')
  const now = useEditorState({
    editor,
    selector: ({ editor: current }) => ({
      ...undoable(current),
      block: blocks.findLast((block) => block.turnsInto && block.isActive?.(current))?.id ?? 'paragraph',
      marks: marks.filter(({ name }) => current.isActive(name)).map(({ name }) => name as string),
      lists: lists.filter(({ id }) => current.isActive(id)).map(({ id }) => id as string),
      link: current.isActive('link'),
      callout: current.isActive('callout'),
    }),
  })
  return (
    <RichTextEditor.Toolbar {...blockBar} className={classes.bar} role="toolbar" aria-label={t('toolbar')}>
      <div className={classes.group}>
        <Tool
          icon={IconArrowBackUp}
          label={t('undo')}
          keys={['mod', 'Z']}
          disabled={!now.canUndo}
          onClick={() => editor.chain().focus().undo().run()}
        />
        <Tool
          icon={IconArrowForwardUp}
          label={t('redo')}
          keys={['mod', 'shift', 'Z']}
          disabled={!now.canRedo}
          onClick={() => editor.chain().focus().redo().run()}
        />
      </div>
      <div className={classes.group}>
        <BlockPicker editor={editor} current={now.block} />
      </div>
      <div className={classes.group}>
        {marks.map(({ name, icon, keys }) => (
          <Tool
            key={name}
            icon={icon}
            label={t(`mark.${name}`)}
            keys={[...keys]}
            active={now.marks.includes(name)}
            onClick={() => editor.chain().focus().toggleMark(name).run()}
          />
        ))}
        <Tool
          icon={IconLink}
          label={t('link.edit')}
          keys={['mod', 'shift', 'K']}
          active={now.link}
          onClick={() => linkOpen.set(true)}
        />
      </div>
      <div className={classes.group}>
        {lists.map(({ id, icon, keys }) => (
          <Tool
            key={id}
            icon={icon}
            label={t(`block.${id}`)}
            keys={[...keys]}
            active={now.lists.includes(id)}
            onClick={() => run(id, editor)}
          />
        ))}
      </div>
      <div className={classes.group}>
        <Tool icon={IconTable} label={t('block.table')} onClick={() => run('table', editor)} />
        <Tool icon={IconPhoto} label={t('block.image')} onClick={() => run('image', editor)} />
        <SignPalette editor={editor} />
        <InsertMenu editor={editor} />
      </div>
      <div className={classes.group}>
        <Tool icon={IconSearch} label={t('find.open')} keys={['mod', 'F']} onClick={askToFind} />
      </div>
      {now.callout && (
        <div className={classes.group}>
          <CalloutTones editor={editor} />
        </div>
      )}
    </RichTextEditor.Toolbar>
  )
})

/** Asked of what keeps the steps: trying out a command costs more than a key may. */
function undoable({ state }: Editor): { canUndo: boolean; canRedo: boolean } {
  const { undoManager } = yUndoPluginKey.getState(state) as { undoManager: Y.UndoManager }
  return { canUndo: undoManager.canUndo(), canRedo: undoManager.canRedo() }
}

function BlockPicker({ editor, current }: { editor: Editor; current: string }) {
  const { t } = useTranslation('editor')
  return (
    <Menu position="bottom-start" width={220}>
      <Menu.Target>
        <UnstyledButton className={classes.picker} aria-label={t('turnInto')}>
          <span>{t(`block.${current}`)}</span>
          <IconChevronDown size={14} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <BlockItems editor={editor} shown={blocks.filter((block) => block.turnsInto)} />
      </Menu.Dropdown>
    </Menu>
  )
}

/** The blocks that a menu offers. */
function BlockItems({ editor, shown }: { editor: Editor; shown: typeof blocks }) {
  const { t } = useTranslation('editor')
  return shown.map((block) => (
    <Menu.Item
      key={block.id}
      leftSection={<block.icon size={18} stroke={1.5} />}
      onClick={() => block.run(editor)}
    >
      {t(`block.${block.id}`)}
    </Menu.Item>
  ))
}

function InsertMenu({ editor }: { editor: Editor }) {
  const { t } = useTranslation('editor')
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <Tool icon={IconPlus} label={t('insert')} />
      </Menu.Target>
      <Menu.Dropdown>
        <BlockItems
          editor={editor}
          shown={blocks.filter((block) => !block.turnsInto || block.id === 'callout')}
        />
      </Menu.Dropdown>
    </Menu>
  )
}
