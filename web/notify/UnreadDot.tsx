import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { unreadQuery } from './queries.ts'
import classes from './UnreadDot.module.css'

/** A dot with the number of unread notices of a document; nothing when there is none. */
export function UnreadDot({ documentId }: { documentId: string }) {
  const { t } = useTranslation('notify')
  const counts = useQuery(unreadQuery).data?.documents ?? []
  const unread = counts.find((one) => one.documentId === documentId)?.unread ?? 0
  if (unread === 0) return null
  return (
    <span className={classes.dot} role="img" aria-label={t('unreadHere', { count: unread })}>
      {unread}
    </span>
  )
}
