import { useTranslation } from 'react-i18next'
import { isPending, type Thread } from '../../../shared/review.ts'
import { useFormats } from '../language/formats.ts'
import classes from './ThreadFields.module.css'

const twoDigits = (value: number) => String(value).padStart(2, '0')

/** Today as `2026-11-30`, where the reader is. */
export const today = (now = new Date()): string =>
  `${now.getFullYear()}-${twoDigits(now.getMonth() + 1)}-${twoDigits(now.getDate())}`

/** True when a point that is still open should have been done before today. */
export const isLate = ({ dueOn, state }: Pick<Thread, 'dueOn' | 'state'>, day = today()): boolean =>
  dueOn !== null && dueOn < day && isPending(state)

/** What is known of a point besides its words, in one line; nothing when nothing is. */
export function ThreadFacts({ thread }: { thread: Thread }) {
  const { t } = useTranslation('review')
  const { category, tooling, stage, assignee, dueOn } = thread
  if (!category && !tooling && !stage && !assignee && !dueOn) return null
  return (
    <span className={classes.facts}>
      {category && <span>{t(`category.${category}`)}</span>}
      {tooling && <span>{t(`tooling.${tooling}`)}</span>}
      {stage && <span>{stage}</span>}
      {assignee && <span>{t('fields.assignedTo', { name: assignee.name })}</span>}
      {dueOn && <DueDate thread={thread} />}
    </span>
  )
}

/** When a point is due; one that is late says so. */
export function DueDate({ thread }: { thread: Pick<Thread, 'dueOn' | 'state'> }) {
  const { t } = useTranslation('review')
  const formats = useFormats()
  if (!thread.dueOn) return null
  const late = isLate(thread)
  const date = formats.date(`${thread.dueOn}T00:00`)
  return (
    <span data-late={late}>
      <time dateTime={thread.dueOn}>{t(late ? 'fields.late' : 'fields.dueOn', { date })}</time>
    </span>
  )
}
