import { useHotkeys } from '@mantine/hooks'
import { IconArrowDown, IconArrowUp, IconX } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type { Editor } from '@tiptap/core'
import { useEditorState } from '@tiptap/react'
import { useContext, useEffect, useRef, useState, type PropsWithChildren } from 'react'
import { useTranslation } from 'react-i18next'
import { textField } from '../../shared/document/text-field.ts'
import { ApiError } from '../api.ts'
import { Tool } from '../ui/Tool.tsx'
import { useErrorText } from '../ui/feedback/error-text.ts'
import type { Room } from '../sync/room/room.ts'
import { isJoined } from '../sync/room/save-state.ts'
import { useObservedPart } from '../sync/room/use-room.ts'
import { NewSince } from '../ui/threads/NewMark.tsx'
import { changedPlaces } from './changed-places.ts'
import { countMarked, goToPlace, markChanges, markedPlaces } from './change-marks.ts'
import { changesQuery } from './queries.ts'
import classes from './ChangedPlaces.module.css'

/** Says how many places of the text others changed since the reader was here, and leads from one to the next. */
export function ChangedPlaces({ editor, room }: { editor: Editor; room: Room }) {
  const { t } = useTranslation('notify')
  const errorText = useErrorText()
  const refusal = useChangeMarks(editor, room)
  const [isHidden, setHidden] = useState(false)
  const count = useEditorState({ editor, selector: () => countMarked(editor) })
  const [at, setAt] = useState(-1)
  const go = (by: 1 | -1) => () => {
    const places = markedPlaces(editor)
    if (places.length === 0) return
    const next = at < 0 && by < 0 ? places.length - 1 : (at + by + places.length) % places.length
    setAt(next)
    goToPlace(editor, places[next]!)
  }
  useHotkeys(
    [
      ['mod+alt+n', go(1), { usePhysicalKeys: true }],
      ['mod+alt+p', go(-1), { usePhysicalKeys: true }],
    ],
    [],
    true,
  )
  if (count === 0) {
    if (!refusal || isHidden) return null
    return (
      <Bar>
        <p role="status">{errorText(refusal)}</p>
        <Tool icon={IconX} label={t('ui:close')} onClick={() => setHidden(true)} />
      </Bar>
    )
  }
  return (
    <Bar>
      <p role="status">{at < 0 ? t('changed.since', { count }) : t('changed.at', { at: at + 1, count })}</p>
      <Tool icon={IconArrowUp} label={t('changed.previous')} keys={['mod', 'alt', 'P']} onClick={go(-1)} />
      <Tool icon={IconArrowDown} label={t('changed.next')} keys={['mod', 'alt', 'N']} onClick={go(1)} />
      <Tool icon={IconX} label={t('changed.hide')} onClick={() => markChanges(editor, [])} />
    </Bar>
  )
}

function Bar({ children }: PropsWithChildren) {
  const { t } = useTranslation('notify')
  return (
    <div className={classes.place}>
      <div className={classes.bar} role="group" aria-label={t('changed.title')}>
        {children}
      </div>
    </div>
  )
}

/** Marks what was changed, once. Returns why nothing can be marked, where that is no passing failure. */
function useChangeMarks(editor: Editor, room: Room): ApiError | null {
  const since = useContext(NewSince)?.since
  const isWhole = useObservedPart(room.state, isJoined)
  const { data: changes, error } = useQuery(changesQuery(room.id, since))
  const marked = useRef<typeof changes>(undefined)
  useEffect(() => {
    if (!changes || !isWhole || marked.current === changes || editor.isDestroyed) return
    marked.current = changes
    markChanges(editor, changedPlaces(room.doc.getXmlFragment(textField), changes))
  }, [editor, room, changes, isWhole])
  return error instanceof ApiError && error.code === 'too_much_removed' ? error : null
}
