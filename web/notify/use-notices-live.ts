import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import type { RoomEvent } from '../../shared/wire/events.ts'
import type { Room } from '../sync/room/room.ts'

/** What can have left a notice: the events themselves say it, after the commit that wrote the notice. */
const telling = new Set<RoomEvent['type']>([
  'thread.saved',
  'review.saved',
  'review.changed',
  'points.changed',
  'revision.saved',
])

/** Waits this long (ms) for more of the same before it asks. */
const gatherMs = 400

/** Asks for the notices anew when somebody did something in an open room. */
export function useNoticesLive(room: Room | null): void {
  const queryClient = useQueryClient()
  useEffect(() => {
    if (!room) return
    let timer: ReturnType<typeof setTimeout> | undefined
    const stop = room.onEvent(({ type }) => {
      if (!telling.has(type)) return
      timer ??= setTimeout(() => {
        timer = undefined
        void queryClient.invalidateQueries({ queryKey: ['notices'] })
      }, gatherMs)
    })
    return () => {
      clearTimeout(timer)
      stop()
    }
  }, [room, queryClient])
}
