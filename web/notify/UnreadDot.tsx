import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { unreadQuery } from './queries.ts'
import classes from './UnreadDot.module.css'

/** A dot with the number of unread notices of a document; nothing when there is none. */
export function UnreadDot({ resourceId }: { resourceId: string }) {
  const { t } = useTranslation('notify')
  const counts = useQuery(unreadQuery).data?.resources ?? []
  const unread = counts.find((one) => one.resourceId === resourceId)?.unread ?? 0
  if (unread === 0) return null
  return (
    <span className={classes.dot} role="img" aria-label={t('unreadHere', { count: unread })}>
      {unread}
    </span>
  )
}
