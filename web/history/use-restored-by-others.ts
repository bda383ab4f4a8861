import { useEffect, useEffectEvent } from 'react'
import { useTranslation } from 'react-i18next'
import type { VersionSummary } from '../../shared/history.ts'
import type { Room } from '../sync/room/room.ts'
import { tellWithAction } from '../ui/feedback/notice-with-action.tsx'

interface RestoredByOthers {
  documentId: string
  userId: string
  room: Room
  /** Shows the version that holds what stood before. */
  onLook(version: VersionSummary): void
}

/** Says that somebody else brought a version back: what one was writing may have gone from under the caret. */
export function useRestoredByOthers({ documentId, userId, room, onLook }: RestoredByOthers): void {
  const { t } = useTranslation('history')
  const tell = useEffectEvent((name: string, { number, name: title }: VersionSummary, kept: VersionSummary) =>
    tellWithAction(
      `restored: ${documentId}`,
      t('restoredBy', { person: name, number, name: title, kept: kept.number }),
      { label: t('open', { number: kept.number }), run: () => onLook(kept) },
    ),
  )
  useEffect(
    () =>
      room.onEvent((event) => {
        if (event.type !== 'version.restored' || event.version.documentId !== documentId) return
        if (event.by.id !== userId) tell(event.by.name, event.version, event.kept)
      }),
    [documentId, userId, room],
  )
}
