import { Button } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { confirm } from '../../ui/feedback/confirm.tsx'
import { refusalText } from '../../ui/feedback/error-text.ts'
import { copyText } from './copy-text.ts'
import { plainText } from './plain-text.ts'
import type { Room } from '../room/room.ts'
import { saveAsText } from './save-as-text.ts'
import { countOf } from '../room/save-state.ts'
import { SignInAgain } from '../room/SignInAgain.tsx'
import { reasonTold, type TextAccess } from './text-access.ts'
import { useObserved } from '../room/use-room.ts'
import classes from './RecoveryPanel.module.css'

/**
 * Shown when the server refused this connection: why, in words, and a way to keep what stands here. Nothing is
 * thrown away until the person says so.
 */
export function RecoveryPanel({ room, title, access }: { room: Room; title: string; access: TextAccess }) {
  const { t } = useTranslation(['sync', 'errors'])
  const state = useObserved(room.state)
  const isKept = useObserved(room.keepsLocally)
  const [hasFailed, setFailed] = useState(false)
  if (state.kind !== 'refused') return null
  const { code, changes } = state
  const count = countOf(state, isKept)
  const download = () => saveAsText(title, plainText(room.doc))
  const question = {
    title: t('sync:startAgain'),
    text: t('sync:startAgainText', { count: changes }),
    action: t('sync:startAgainAction'),
    final: true,
  }
  const startAgain = async () => {
    if (!(changes === 0 || (await confirm(question)))) return
    const isDiscarded = await room.discardLocal()
    setFailed(!isDiscarded)
    if (isDiscarded) location.reload()
  }
  return (
    <section className={classes.panel} role="alert">
      <p>
        <strong>{refusalText({ ...state, code: reasonTold(code, access) }, t)}</strong>
        {code === 'read_only' && access === 'comments' && <> {t('sync:canComment')}</>}
        {count > 0 && <> {t(isKept ? 'sync:kept' : 'sync:keptInTab', { count })}</>}
        {hasFailed && <> {t('sync:startAgainFailed')}</>}
      </p>
      <div className={classes.actions}>
        {code === 'session_required' && <SignInAgain size="xs" />}
        {code === 'client_outdated' && (
          <Button size="xs" onClick={() => location.reload()}>
            {t('sync:reload')}
          </Button>
        )}
        {changes > 0 && (
          <>
            <Button size="xs" variant="default" onClick={() => void copyText(plainText(room.doc))}>
              {t('sync:copy')}
            </Button>
            <Button size="xs" variant="default" onClick={download}>
              {t('sync:download')}
            </Button>
          </>
        )}
        <Button size="xs" variant="default" onClick={() => room.retry()}>
          {t('sync:retry')}
        </Button>
        {changes > 0 && (
          <Button size="xs" variant="subtle" onClick={() => void startAgain()}>
            {question.title}
          </Button>
        )}
      </div>
    </section>
  )
}
