import { useTranslation } from 'react-i18next'
import type { Severity } from '../../../shared/review.ts'
import classes from './SeverityMark.module.css'

/** How much a point matters: a filled diamond must be settled, a hollow one should be, a ring is a note. */
export function SeverityMark({ severity, named = false }: { severity: Severity; named?: boolean }) {
  const { t } = useTranslation('review')
  const name = t(`severity.${severity}`)
  return (
    <span className={classes.severity} data-severity={severity}>
      <svg
        viewBox="0 0 12 12"
        width="12"
        height="12"
        {...(named ? { 'aria-hidden': true } : { role: 'img', 'aria-label': name })}
      >
        {severity === 'note' ? (
          <circle cx="6" cy="6" r="3.5" />
        ) : (
          <path d="M6 .9 11.1 6 6 11.1.9 6Z" data-filled={severity === 'must'} />
        )}
      </svg>
      {named && name}
    </span>
  )
}
