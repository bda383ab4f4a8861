import type { Editor } from '@tiptap/core'
import { useEditorState } from '@tiptap/react'
import { useTranslation } from 'react-i18next'
import { goToHeading, outlineOf } from './outline.ts'
import classes from './Outline.module.css'

/** The document's headings; a press goes there. */
export function Outline({ editor, onGo }: { editor: Editor; onGo?(): void }) {
  const { t } = useTranslation('editor')
  const entries = useEditorState({ editor, selector: ({ editor: current }) => outlineOf(current.state.doc) })
  if (entries.length === 0) return <p className={classes.none}>{t('outlineEmpty')}</p>
  return (
    <ol className={classes.outline}>
      {entries.map((entry) => (
        <li key={`${entry.at}`}>
          <button
            type="button"
            className={classes.entry}
            data-level={entry.level}
            onClick={() => {
              onGo?.()
              goToHeading(editor, entry)
            }}
          >
            {entry.text}
          </button>
        </li>
      ))}
    </ol>
  )
}
