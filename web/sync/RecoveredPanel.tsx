import { Button } from '@mantine/core'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { confirm } from '../ui/confirm.tsx'
import { refusalText } from '../ui/error-text.ts'
import { copyText } from './copy-text.ts'
import { recoveredWords, type RecoveredWords } from './recovered-words.ts'
import { saveAsText } from './save-as-text.ts'
import { useObserved } from './use-room.ts'
import classes from './RecoveryPanel.module.css'

interface About {
  userId: string
  roomId: string
  title: string
}

/** Words of this person that the server did not take, each with why, to be copied or downloaded until dismissed. */
export function RecoveredPanel({ userId, roomId, title }: About) {
  const shelf = recoveredWords(userId, roomId)
  const found = useObserved(shelf.words)
  const isKept = found.every((one) => one.isKept)
  useEffect(() => {
    if (isKept) return
    const ask = (event: BeforeUnloadEvent) => event.preventDefault()
    window.addEventListener('beforeunload', ask)
    return () => window.removeEventListener('beforeunload', ask)
  }, [isKept])
  return found.map((one) => (
    <Recovered key={one.id} one={one} title={title} dismiss={() => shelf.dismiss(one.id)} />
  ))
}

function Recovered({ one, title, dismiss }: { one: RecoveredWords; title: string; dismiss(): void }) {
  const { t } = useTranslation(['sync', 'errors'])
  const { words, isKept } = one
  const drop = async () => {
    const text = t('sync:recovered.dismissText')
    const action = t('sync:recovered.dismiss')
    if (!words || (await confirm({ title: action, text, action, final: true }))) dismiss()
  }
  return (
    <section className={classes.panel} role="alert">
      <p>
        <strong>{refusalText(one, t)}</strong> {t(words ? 'sync:recovered.words' : 'sync:recovered.noWords')}
        {!isKept && <> {t('sync:notKept')}</>}
      </p>
      {words && <pre className={classes.words}>{words}</pre>}
      <div className={classes.actions}>
        {words && (
          <>
            <Button size="xs" variant="default" onClick={() => void copyText(words)}>
              {t('sync:copy')}
            </Button>
            <Button size="xs" variant="default" onClick={() => saveAsText(title, words)}>
              {t('sync:download')}
            </Button>
          </>
        )}
        <Button size="xs" variant="subtle" onClick={() => void drop()}>
          {t('sync:recovered.dismiss')}
        </Button>
      </div>
    </section>
  )
}
