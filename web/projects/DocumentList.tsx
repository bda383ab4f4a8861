import { Button } from '@mantine/core'
import { IconFileDescription, IconPlus, IconRulerMeasure } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { DocumentSummary } from '../../shared/documents.ts'
import { EmptyState } from '../ui/feedback/EmptyState.tsx'
import { Timestamp } from '../ui/Timestamp.tsx'
import { Row, Rows } from '../ui/layout/Rows.tsx'
import classes from './DocumentList.module.css'

const icons = { brief: IconFileDescription, spec: IconRulerMeasure }

/** The documents of a project. `onNew`: present for those who may create one. */
export function DocumentList({
  documents,
  onNew,
  mark,
}: {
  documents: readonly DocumentSummary[]
  onNew?: () => void
  /** Stands behind a document's title. */
  mark?: (documentId: string) => ReactNode
}) {
  const { t } = useTranslation('projects')
  if (documents.length === 0) {
    return (
      <div className={classes.empty}>
        <EmptyState
          title={t('documents.none')}
          actions={
            onNew && (
              <Button leftSection={<IconPlus size={16} />} onClick={onNew}>
                {t('documents.new')}
              </Button>
            )
          }
        >
          {t(onNew ? 'documents.start' : 'documents.wait')}
        </EmptyState>
      </div>
    )
  }
  return (
    <Rows label={t('documents.title')}>
      {documents.map((document) => {
        const Icon = icons[document.kind]
        return (
          <Row
            key={document.id}
            start={<Icon size={20} stroke={1.5} className={classes.icon} aria-hidden />}
            end={
              <span className={classes.when}>
                <Timestamp at={document.updatedAt} />
              </span>
            }
          >
            <Link to="/documents/$documentId" params={{ documentId: document.id }} data-whole-row>
              {document.title}
            </Link>
            {mark?.(document.id)}
            <div className={classes.kind}>{t(`kind.${document.kind}`)}</div>
          </Row>
        )
      })}
    </Rows>
  )
}
