import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { confirm } from '../../ui/feedback/confirm.tsx'
import { LeftText } from './LeftText.tsx'
import type { Room } from '../room/room.ts'
import { useObserved } from '../room/use-room.ts'
import classes from './RecoveryPanel.module.css'

/**
 * On a page that does not show the document: what this person wrote in it that the server does not have, and nothing
 * of others'. It can be copied and downloaded, and stays until the person throws it away.
 */
export function LeftWords({ room }: { room: Room }) {
  const { t } = useTranslation('sync')
  const state = useObserved(room.state)
  const [isDiscarded, setDiscarded] = useState(false)
  const [hasFailed, setFailed] = useState(false)
  const isKept = useObserved(room.keepsLocally)
  if (!('changes' in state) || state.changes === 0 || isDiscarded) return null
  const words = room.unsavedWords()
  const discard = async () => {
    const action = t('recovered.dismiss')
    if (!(await confirm({ title: action, text: t('recovered.dismissText'), action, final: true }))) return
    const isDone = await room.discardLocal()
    setDiscarded(isDone)
    setFailed(!isDone)
  }
  return (
    <section className={classes.panel} aria-label={t('left.title')}>
      <p>
        <strong>{t('left.title')}</strong>{' '}
        {isKept
          ? t('left.text', { count: Math.max(1, state.kept) })
          : t('keptInTab', { count: state.changes })}
        {hasFailed && <> {t('startAgainFailed')}</>}
      </p>
      <LeftText
        words={words}
        title={t('left.file')}
        labels={{ copy: t('left.copy'), download: t('left.download') }}
        onDismiss={() => void discard()}
      />
    </section>
  )
}
