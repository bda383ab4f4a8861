import { Menu, UnstyledButton } from '@mantine/core'
import { IconArrowDown, IconArrowUp, IconCopy, IconGripVertical, IconTrash } from '@tabler/icons-react'
import type { Editor } from '@tiptap/core'
import { DragHandle } from '@tiptap/extension-drag-handle-react'
import { Fragment } from '@tiptap/pm/model'
import { useRef, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { blocks } from './blocks.ts'
import classes from './BlockHandle.module.css'

interface BlockHandleProps {
  editor: Editor
  editable: boolean
  /** What another feature offers for the block that begins at a position. */
  actions?(at: () => number): ReactNode
}

/** The grip beside a block: drag to move it, press for what can be done with it. Readers get others' actions only. */
export function BlockHandle({ editor, editable, actions }: BlockHandleProps) {
  const { t } = useTranslation('editor')
  const at = useRef(-1)
  const [open, setOpen] = useState(false)
  const show = (opened: boolean) => {
    setOpen(opened)
    editor.view.dispatch(editor.state.tr.setMeta('lockDragHandle', opened))
  }
  return (
    <DragHandle editor={editor} className={classes.place} onNodeChange={({ pos }) => (at.current = pos)}>
      <Menu opened={open} onChange={show} position="left-start" width={220}>
        <Menu.Target>
          <UnstyledButton className={classes.grip} aria-label={t('blockMenu')}>
            <IconGripVertical size={16} aria-hidden />
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown>
          {actions?.(() => at.current)}
          {editable && <Writing editor={editor} at={() => at.current} />}
        </Menu.Dropdown>
      </Menu>
    </DragHandle>
  )
}

function Writing({ editor, at }: { editor: Editor; at(): number }) {
  const { t } = useTranslation('editor')
  return (
    <>
      <Menu.Item leftSection={<IconArrowUp size={16} />} onClick={() => move(editor, at(), -1)}>
        {t('blockUp')}
      </Menu.Item>
      <Menu.Item leftSection={<IconArrowDown size={16} />} onClick={() => move(editor, at(), 1)}>
        {t('blockDown')}
      </Menu.Item>
      <Menu.Item leftSection={<IconCopy size={16} />} onClick={() => duplicate(editor, at())}>
        {t('blockDuplicate')}
      </Menu.Item>
      <Menu.Item leftSection={<IconTrash size={16} />} onClick={() => remove(editor, at())}>
        {t('blockRemove')}
      </Menu.Item>
      <Menu.Divider />
      <Menu.Label>{t('turnInto')}</Menu.Label>
      {blocks
        .filter((block) => block.turnsInto)
        .map((block) => (
          <Menu.Item
            key={block.id}
            leftSection={<block.icon size={16} stroke={1.5} />}
            onClick={() => {
              editor.commands.setTextSelection(at() + 1)
              block.run(editor)
            }}
          >
            {t(`block.${block.id}`)}
          </Menu.Item>
        ))}
    </>
  )
}

function remove(editor: Editor, at: number): void {
  const node = editor.state.doc.nodeAt(at)
  if (node)
    editor
      .chain()
      .focus()
      .deleteRange({ from: at, to: at + node.nodeSize })
      .run()
}

function duplicate(editor: Editor, at: number): void {
  const node = editor.state.doc.nodeAt(at)
  if (node)
    editor
      .chain()
      .focus()
      .insertContentAt(at + node.nodeSize, node.toJSON())
      .run()
}

/** Changes places with the block before or after it. */
function move(editor: Editor, at: number, step: -1 | 1): void {
  const { doc, tr } = editor.state
  const node = doc.nodeAt(at)
  const parent = doc.resolve(at).parent
  const index = doc.resolve(at).index()
  const other = parent.maybeChild(index + step)
  if (!node || !other) return
  const from = step < 0 ? at - other.nodeSize : at
  const pair = Fragment.from(step < 0 ? [node, other] : [other, node])
  editor.view.dispatch(tr.replaceWith(from, from + node.nodeSize + other.nodeSize, pair).scrollIntoView())
}
