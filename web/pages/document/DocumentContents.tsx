import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { Editor } from '@tiptap/core'
import { useTranslation } from 'react-i18next'
import { Outline } from '../../editor/search/Outline.tsx'
import { UnreadDot } from '../../notify/UnreadDot.tsx'
import { projectQuery } from '../../projects/queries.ts'
import classes from './DocumentContents.module.css'

/** The left pane: the project's documents, and the headings of the one that is open. */
export function DocumentContents({
  projectId,
  documentId,
  editor,
  onGo,
}: {
  projectId: string
  documentId: string
  editor: Editor | null
  onGo(): void
}) {
  const { t } = useTranslation(['editor', 'points'])
  const { data } = useQuery(projectQuery(projectId))
  return (
    <div className={classes.contents}>
      <h2>{t('page.documents')}</h2>
      <ul>
        {data?.documents.map(({ id, title }) => (
          <li key={id}>
            <Link
              to="/documents/$documentId"
              params={{ documentId: id }}
              className={classes.document}
              aria-current={id === documentId ? 'page' : undefined}
              onClick={onGo}
            >
              {title}
              {id !== documentId && <UnreadDot resourceId={id} />}
            </Link>
          </li>
        ))}
      </ul>
      <Link to="/projects/$projectId/points" params={{ projectId }} className={classes.document}>
        {t('points:allPoints')}
      </Link>
      <h2>{t('page.outline')}</h2>
      {editor && <Outline editor={editor} onGo={onGo} />}
    </div>
  )
}
