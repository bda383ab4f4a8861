import type { Editor } from '@tiptap/core'
import { useTranslation } from 'react-i18next'
import { goToHeading, readOutline } from './outline.ts'
import { useAfterPause } from '../use-after-pause.ts'
import classes from './Outline.module.css'

/** The document's headings; a press goes there. */
export function Outline({ editor, onGo }: { editor: Editor; onGo?(): void }) {
  const { t } = useTranslation('editor')
  const entries = useAfterPause(editor, readOutline)
  if (!entries) return null
  if (entries.length === 0) return <p className={classes.none}>{t('outlineEmpty')}</p>
  return (
    <ol className={classes.outline}>
      {entries.map((entry, index) => (
        <li key={index}>
          <button
            type="button"
            className={classes.entry}
            data-level={entry.level}
            onClick={() => {
              onGo?.()
              goToHeading(editor, index)
            }}
          >
            {entry.text}
          </button>
        </li>
      ))}
    </ol>
  )
}
