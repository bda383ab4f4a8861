import { Button } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { confirm } from '../../ui/feedback/confirm.tsx'
import { copyText } from './copy-text.ts'
import type { Room } from '../room/room.ts'
import { saveAsText } from './save-as-text.ts'
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
  const count = 'changes' in state ? state.changes : 0
  if (count === 0 || isDiscarded) return null
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
        <strong>{t('left.title')}</strong> {t('left.text', { count })}
        {hasFailed && <> {t('startAgainFailed')}</>}
      </p>
      {words && <pre className={classes.words}>{words}</pre>}
      <div className={classes.actions}>
        {words && (
          <>
            <Button size="xs" variant="default" onClick={() => void copyText(words)}>
              {t('left.copy')}
            </Button>
            <Button size="xs" variant="default" onClick={() => saveAsText(t('left.file'), words)}>
              {t('left.download')}
            </Button>
          </>
        )}
        <Button size="xs" variant="subtle" onClick={() => void discard()}>
          {t('recovered.dismiss')}
        </Button>
      </div>
    </section>
  )
}
