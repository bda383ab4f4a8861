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
  /** The document's; left out where it is not known. */
  title?: string
  /** What the person may do by now, which may be more than when the words were refused. */
  canWrite?: boolean
  canComment?: boolean
}

/** Words of this person that the server did not take, each with why, to be copied or downloaded until dismissed. */
export function RecoveredPanel({ userId, roomId, title, canWrite = false, canComment = false }: About) {
  const { t } = useTranslation('sync')
  const shelf = recoveredWords(userId, roomId)
  const found = useObserved(shelf.words)
  const isKept = found.every((one) => one.isKept)
  useEffect(() => {
    if (isKept) return
    const ask = (event: BeforeUnloadEvent) => event.preventDefault()
    window.addEventListener('beforeunload', ask)
    return () => window.removeEventListener('beforeunload', ask)
  }, [isKept])
  return found
    .filter((one) => one.words || !isOver(one, canWrite))
    .map((one) => (
      <Recovered
        key={one.id}
        one={one}
        title={title ?? t('left.file')}
        isOver={isOver(one, canWrite)}
        canComment={canComment}
        dismiss={() => shelf.dismiss(one.id)}
      />
    ))
}

/** True when the reason for a refusal stands no more: it was that the person could only read. */
const isOver = ({ code }: RecoveredWords, canWrite: boolean): boolean => code === 'read_only' && canWrite

interface RecoveredProps {
  one: RecoveredWords
  title: string
  isOver: boolean
  canComment: boolean
  dismiss(): void
}

function Recovered({ one, title, isOver: canWriteAgain, canComment, dismiss }: RecoveredProps) {
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
        {canWriteAgain ? (
          t('sync:recovered.couldOnlyRead')
        ) : (
          <>
            <strong>{refusalText(one, t)}</strong>{' '}
            {one.code === 'read_only' && canComment && `${t('sync:canComment')} `}
            {t(words ? 'sync:recovered.words' : 'sync:recovered.noWords')}
          </>
        )}
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
