import { Paper } from '@mantine/core'
import { IconBold, IconHighlight, IconItalic, IconLink, IconUnderline } from '@tabler/icons-react'
import type { Editor } from '@tiptap/core'
import { NodeSelection, PluginKey } from '@tiptap/pm/state'
import { CellSelection } from '@tiptap/pm/tables'
import { useEditorState } from '@tiptap/react'
import { BubbleMenu } from '@tiptap/react/menus'
import { useEffect, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { blockBar } from './bar-keys.ts'
import { linkOpen } from './keys.ts'
import { Tool } from '../../ui/Tool.tsx'
import classes from './SelectionBubble.module.css'

const marks = [
  { name: 'bold', icon: IconBold },
  { name: 'italic', icon: IconItalic },
  { name: 'underline', icon: IconUnderline },
  { name: 'highlight', icon: IconHighlight },
] as const

const pluginKey = new PluginKey('selectionBubble')

/** What a selected passage offers: its looks to those who write, and other features' actions to all. */
export function SelectionBubble({
  editor,
  editable,
  actions,
}: {
  editor: Editor
  editable: boolean
  actions?: ReactNode
}) {
  const { t } = useTranslation('editor')
  const active = useEditorState({
    editor,
    selector: ({ editor: current }) =>
      marks.filter(({ name }) => current.isActive(name)).map(({ name }) => name),
  })
  const whole = useEditorState({
    editor,
    selector: ({ editor: current }) => current.state.selection instanceof NodeSelection,
  })
  useEffect(() => {
    const onFocus = ({ target }: FocusEvent) => {
      if ((target as Element).closest('[data-pane]'))
        editor.view.dispatch(editor.state.tr.setMeta(pluginKey, 'hide'))
    }
    document.addEventListener('focusin', onFocus)
    return () => document.removeEventListener('focusin', onFocus)
  }, [editor])
  return (
    <BubbleMenu
      editor={editor}
      pluginKey={pluginKey}
      updateDelay={120}
      options={{ placement: 'top', offset: 8, shift: { padding: 8 } }}
      shouldShow={({ state }) => {
        // who goes through what was found has selected nothing, and who writes beside the text is done with it
        if (document.activeElement?.closest('[role="search"], [data-pane]')) return false
        const { selection } = state
        const isWhole =
          selection instanceof CellSelection ||
          (selection instanceof NodeSelection && selection.node.type.name === 'imageFile')
        if (isWhole) return Boolean(actions)
        return (
          state.doc.textBetween(selection.from, selection.to).trim() !== '' &&
          !(selection instanceof NodeSelection) &&
          (editable || Boolean(actions))
        )
      }}
    >
      <Paper {...blockBar} className={classes.bubble} shadow="md" role="toolbar" aria-label={t('selection')}>
        {editable &&
          !whole &&
          marks.map(({ name, icon }) => (
            <Tool
              key={name}
              icon={icon}
              label={t(`mark.${name}`)}
              active={active.includes(name)}
              onClick={() => editor.chain().focus().toggleMark(name).run()}
            />
          ))}
        {editable && !whole && (
          <Tool icon={IconLink} label={t('link.edit')} onClick={() => linkOpen.set(true)} />
        )}
        {actions}
      </Paper>
    </BubbleMenu>
  )
}
