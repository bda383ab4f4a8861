import {
  IconArrowsSplit2,
  IconArrowMerge,
  IconColumnInsertLeft,
  IconColumnInsertRight,
  IconColumnRemove,
  IconRowInsertBottom,
  IconRowInsertTop,
  IconRowRemove,
  IconTableColumn,
  IconTableOff,
  IconTableRow,
} from '@tabler/icons-react'
import type { Editor } from '@tiptap/core'
import { useEditorState } from '@tiptap/react'
import { useTranslation } from 'react-i18next'
import { Tool } from '../../ui/Tool.tsx'
import { blockBar } from './bar-keys.ts'
import classes from './Toolbar.module.css'

const actions = [
  [
    { name: 'addRowBefore', icon: IconRowInsertTop },
    { name: 'addRowAfter', icon: IconRowInsertBottom },
    { name: 'deleteRow', icon: IconRowRemove },
  ],
  [
    { name: 'addColumnBefore', icon: IconColumnInsertLeft },
    { name: 'addColumnAfter', icon: IconColumnInsertRight },
    { name: 'deleteColumn', icon: IconColumnRemove },
  ],
  [
    { name: 'mergeCells', icon: IconArrowMerge },
    { name: 'splitCell', icon: IconArrowsSplit2 },
  ],
  [
    { name: 'toggleHeaderRow', icon: IconTableRow },
    { name: 'toggleHeaderColumn', icon: IconTableColumn },
    { name: 'deleteTable', icon: IconTableOff },
  ],
] as const

/** What can be done with the table that the caret stands in; away when it stands in none. */
export function TableBar({ editor }: { editor: Editor }) {
  const { t } = useTranslation('editor')
  const now = useEditorState({
    editor,
    selector: ({ editor: current }) =>
      current.isActive('table') && {
        canMerge: current.can().mergeCells(),
        canSplit: current.can().splitCell(),
      },
  })
  if (!now) return null
  const isOff = (name: string) =>
    (name === 'mergeCells' && !now.canMerge) || (name === 'splitCell' && !now.canSplit)
  return (
    <div
      className={`${classes.bar} ${classes.over}`}
      {...blockBar}
      role="toolbar"
      aria-label={t('table.label')}
    >
      {actions.map((group) => (
        <div key={group[0].name} className={classes.group}>
          {group.map(({ name, icon }) => (
            <Tool
              key={name}
              icon={icon}
              label={t(`table.${name}`)}
              disabled={isOff(name)}
              onClick={() => editor.chain().focus()[name]().run()}
            />
          ))}
        </div>
      ))}
    </div>
  )
}
