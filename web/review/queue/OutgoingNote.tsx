import { Button } from '@mantine/core'
import { useNetwork } from '@mantine/hooks'
import { useTranslation } from 'react-i18next'
import { useErrorText } from '../../ui/feedback/error-text.ts'
import type { Outgoing } from './outgoing.ts'
import type { Sending } from './use-sending.ts'
import classes from './OutgoingNote.module.css'

/** Under a comment that the server has not confirmed: on its way, waiting, or why not, with the text kept. */
export function OutgoingNote(props: { item: Outgoing; sending: Pick<Sending, 'retry' | 'drop'> }) {
  const { item, sending } = props
  const { t } = useTranslation('review')
  const errorText = useErrorText()
  const { online } = useNetwork()
  const isInTabOnly = item.isKept === false
  if (!item.error) {
    const waits = isInTabOnly ? 'waitsInTab' : 'waitsForNetwork'
    return (
      <p className={classes.note} role="status">
        {t(!online ? waits : item.isWaiting ? 'waiting' : 'sending')}
        {online && item.isWaiting && isInTabOnly && ` ${t('inTabOnly')}`}
      </p>
    )
  }
  return (
    <div className={classes.note} role="alert">
      <p>
        {t('notSent')} {errorText(item.error)}
        {isInTabOnly && ` ${t('inTabOnly')}`}
      </p>
      <Button variant="subtle" size="compact-xs" onClick={() => sending.retry(item.id)}>
        {t('resend')}
      </Button>
      <Button variant="subtle" size="compact-xs" onClick={() => sending.drop(item.id)}>
        {t('drop')}
      </Button>
    </div>
  )
}
