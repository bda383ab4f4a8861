import { Button, Tooltip } from '@mantine/core'
import {
  IconAlertTriangle,
  IconCheck,
  IconCloudOff,
  IconDeviceFloppy,
  IconLoader2,
  IconPlugConnectedX,
} from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { refusalText } from '../../ui/feedback/error-text.ts'
import { recoveredWords } from '../recovered/recovered-words.ts'
import { reasonTold, type TextAccess } from '../recovered/text-access.ts'
import type { Room } from './room.ts'
import { countOf, type SaveState } from './save-state.ts'
import { SignInAgain } from './SignInAgain.tsx'
import { useObserved } from './use-room.ts'
import classes from './SaveStateMark.module.css'

const icons = {
  connecting: IconLoader2,
  saving: IconLoader2,
  saved: IconCheck,
  offline: IconCloudOff,
  refused: IconPlugConnectedX,
}

const saidOf = (state: SaveState) =>
  state.kind === 'connecting' && state.mayBeOld ? 'comparing' : state.kind

/** What may be believed about saving, in a few words; a refusal tells why and offers to try again. */
export function SaveStateMark({ room, userId, access }: { room: Room; userId: string; access: TextAccess }) {
  const { t } = useTranslation(['sync', 'errors'])
  const state = useObserved(room.state)
  const isKept = useObserved(room.keepsLocally)
  const apart = useObserved(recoveredWords(userId, room.id).words)
  const pictures = useObserved(room.pictures)
  const isIncomplete = state.kind === 'saved' && pictures > 0
  // what the server has is saved, but not all that this person wrote is in it
  const isApart = state.kind === 'saved' && apart.some(({ words }) => words !== '')
  const Icon = isApart ? IconAlertTriangle : isIncomplete ? IconLoader2 : icons[state.kind]
  const said = isApart ? 'apart' : isIncomplete ? 'pictures' : saidOf(state)
  const why =
    'code' in state && state.code !== undefined
      ? refusalText({ code: reasonTold(state.code, access), params: state.params }, t)
      : t(`sync:why.${said}`)
  const changes = countOf(state, isKept)
  // to try again is of no use before, and the panel that says so is out of sight where one writes further down
  const isSignedOut = state.kind === 'refused' && state.code === 'session_required'
  const words = isSignedOut
    ? t('sync:state.signedOut')
    : state.kind === 'offline' && changes === 0
      ? t('sync:reconnecting')
      : t(state.kind === 'offline' && !isKept ? 'sync:state.offlineNotKept' : `sync:state.${said}`, {
          count: isIncomplete ? pictures : changes,
        })
  return (
    <div className={classes.state} data-kind={state.kind} role="status" translate="no">
      <Tooltip label={why} multiline maw={320}>
        <span className={classes.words} tabIndex={0}>
          <Icon size={16} stroke={1.6} aria-hidden />
          <span>{words}</span>
        </span>
      </Tooltip>
      {!isKept && (
        <Tooltip label={t('sync:notKept')} multiline maw={320}>
          <span className={classes.words} tabIndex={0}>
            <IconDeviceFloppy size={16} stroke={1.6} aria-hidden />
            <span>{t('sync:notKeptShort')}</span>
          </span>
        </Tooltip>
      )}
      {isSignedOut && <SignInAgain size="compact-xs" />}
      {state.kind === 'refused' && !isSignedOut && (
        <Button size="compact-xs" variant="default" onClick={() => room.retry()}>
          {t('sync:retry')}
        </Button>
      )}
    </div>
  )
}
