import { useTranslation } from 'react-i18next'
import type { RevisionSummary } from '../../shared/signoff.ts'
import { Timestamp } from '../ui/Timestamp.tsx'
import classes from './RevisionList.module.css'
import { RevisionSeal } from './RevisionSeal.tsx'
import { statusWords } from './revision-status.ts'

interface RevisionListProps {
  revisions: RevisionSummary[]
  shown: string
  onShow(revisionId: string): void
}

/** All revisions with their seals, the latest first. */
export function RevisionList({ revisions, shown, onShow }: RevisionListProps) {
  const { t } = useTranslation('signoff')
  return (
    <nav className={classes.list} aria-label={t('list')}>
      {revisions.map((revision) => (
        <button
          key={revision.id}
          type="button"
          className={classes.row}
          aria-current={revision.id === shown}
          onClick={() => onShow(revision.id)}
        >
          <RevisionSeal revision={revision} size={28} />
          <span className={classes.words}>
            <strong>{t('revision', { letter: revision.letter })}</strong>
            <span className={classes.faint}>
              {revision.integrity === 'ok' ? (
                t(statusWords(revision))
              ) : (
                <span className={classes.broken}>{t(statusWords(revision))}</span>
              )}{' '}
              · <Timestamp at={revision.createdAt} />
            </span>
          </span>
        </button>
      ))}
    </nav>
  )
}
