import { useEffect, useEffectEvent } from 'react'
import { useTranslation } from 'react-i18next'
import type { VersionSummary } from '../../shared/history.ts'
import type { Room } from '../sync/room/room.ts'
import { isJoined } from '../sync/room/save-state.ts'
import { tellWithAction } from '../ui/feedback/notice-with-action.tsx'
import { lastRestoring } from './last-restoring.ts'

interface RestoredByOthers {
  documentId: string
  projectId: string
  userId: string
  room: Room
  /** Shows the version that holds what stood before. */
  onLook(version: { id: string }): void
}

type Named = Pick<VersionSummary, 'number' | 'name'>
type Kept = Pick<VersionSummary, 'id' | 'number'>

/**
 * Says that somebody else brought a version back: what one was writing may have gone from under the caret. Who was away
 * then is told when the text comes.
 */
export function useRestoredByOthers({ documentId, projectId, userId, room, onLook }: RestoredByOthers): void {
  const { t } = useTranslation('history')
  const tell = useEffectEvent((person: string, { number, name }: Named, kept: Kept) =>
    tellWithAction(`restored: ${documentId}`, t('restoredBy', { person, number, name, kept: kept.number }), {
      label: t('open', { number: kept.number }),
      run: () => onLook(kept),
    }),
  )
  useEffect(
    () =>
      room.onEvent((event) => {
        if (event.type !== 'version.restored' || event.version.documentId !== documentId) return
        if (event.by.id !== userId) tell(event.by.name, event.version, event.kept)
      }),
    [documentId, userId, room],
  )
  useEffect(
    () =>
      onRestoredWhileAway(room, () => {
        lastRestoring(projectId, documentId).then(
          (restoring) => {
            if (restoring && restoring.by.userId !== userId)
              tell(restoring.by.name, restoring.version, restoring.kept)
          },
          // the trail could not be read: what changed is seen all the same
          () => {},
        )
      }),
    [documentId, projectId, userId, room],
  )
}

/** Calls back when the link is there again and brought a version that was restored meanwhile. */
function onRestoredWhileAway({ restoredMeanwhile, state }: Room, told: () => void): () => void {
  const look = () => {
    if (!restoredMeanwhile.get() || !isJoined(state.get())) return
    restoredMeanwhile.set(false)
    told()
  }
  const ends = [restoredMeanwhile.subscribe(look), state.subscribe(look)]
  look()
  return () => ends.forEach((end) => end())
}
