import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { confirm } from '../../ui/feedback/confirm.tsx'
import { refusalText } from '../../ui/feedback/error-text.ts'
import { LeftText } from './LeftText.tsx'
import { passageRemoved, recoveredWords, type RecoveredWords } from './recovered-words.ts'
import { reasonTold, type TextAccess } from './text-access.ts'
import { useObserved } from '../room/use-room.ts'
import classes from './RecoveryPanel.module.css'

interface About {
  userId: string
  roomId: string
  /** The document's; left out where it is not known. */
  title?: string
  access: TextAccess
}

/** Words of this person that are not in the document, each with why, to be copied or downloaded until dismissed. */
export function RecoveredPanel({ userId, roomId, title, access }: About) {
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
    .filter(({ words, code }) => words || !(access === 'out' || isOver(code, access)))
    .map((one) => (
      <Recovered
        key={one.id}
        one={one}
        title={title ?? t('left.file')}
        access={access}
        dismiss={() => shelf.dismiss(one.id)}
      />
    ))
}

/** True when the reason for a refusal stands no more: it was that the person could only read. */
const isOver = (code: RecoveredWords['code'], access: TextAccess): boolean =>
  code === 'read_only' && (access === 'writes' || access === 'out')

interface RecoveredProps {
  one: RecoveredWords
  title: string
  access: TextAccess
  dismiss(): void
}

function Recovered({ one, title, access, dismiss }: RecoveredProps) {
  const { t } = useTranslation(['sync', 'errors'])
  const { words, isKept } = one
  const drop = async () => {
    const text = t('sync:recovered.dismissText')
    const action = t('sync:recovered.dismiss')
    if (!words || (await confirm({ title: action, text, action, final: true }))) dismiss()
  }
  const why = () => {
    const { code } = one
    if (code === passageRemoved) return t('sync:recovered.removed')
    return isOver(code, access)
      ? t('sync:recovered.couldOnlyRead')
      : refusalText({ ...one, code: reasonTold(code, access) }, t)
  }
  const said = () => {
    if (one.code === passageRemoved) return t('sync:recovered.removedWords')
    if (access === 'out') return t('sync:recovered.keptOnly')
    if (isOver(one.code, access)) return t('sync:recovered.canWriteNow')
    return t(words ? 'sync:recovered.words' : 'sync:recovered.noWords')
  }
  return (
    <section className={classes.panel} role="alert">
      <p>
        <strong>{why()}</strong>{' '}
        {one.code === 'read_only' && access === 'comments' && `${t('sync:canComment')} `}
        {said()}
        {!isKept && <> {t('sync:notKept')}</>}
      </p>
      <LeftText
        words={words}
        title={title}
        labels={{ copy: t('sync:copy'), download: t('sync:download') }}
        onDismiss={() => void drop()}
      />
    </section>
  )
}
