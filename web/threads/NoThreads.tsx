import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { EmptyState } from '../ui/feedback/EmptyState.tsx'

interface NoThreadsProps {
  /** True when nobody has raised a point yet; false when what is shown was narrowed to nothing. */
  none: boolean
  /** Where the first one can be raised. */
  project: { projectId: string; documentId: string | undefined }
  onShowAll(): void
}

/** The list with nothing in it: says why, and does the next step in one click. */
export function NoThreads({ none, project, onShowAll }: NoThreadsProps) {
  const { t } = useTranslation('points')
  const { projectId, documentId } = project
  if (!none) {
    return (
      <EmptyState
        title={t('empty.narrowed')}
        actions={
          <Button variant="default" onClick={onShowAll}>
            {t('empty.showAll')}
          </Button>
        }
      >
        {t('empty.narrowedText')}
      </EmptyState>
    )
  }
  return (
    <EmptyState
      title={t('empty.title')}
      actions={
        documentId ? (
          <Button
            renderRoot={(root) => <Link to="/documents/$documentId" params={{ documentId }} {...root} />}
          >
            {t('empty.openDocument')}
          </Button>
        ) : (
          <Button renderRoot={(root) => <Link to="/projects/$projectId" params={{ projectId }} {...root} />}>
            {t('empty.openProject')}
          </Button>
        )
      }
    >
      {t('empty.text')}
    </EmptyState>
  )
}
