import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import type { RoomEvent } from '../../shared/wire/events.ts'
import { readAnew } from '../sync/read-anew.ts'
import { onJoined } from '../sync/room/missed-events.ts'
import type { Room } from '../sync/room/room.ts'

/** What can have left a notice: the events themselves say it, after the commit that wrote the notice. */
const telling = new Set<RoomEvent['type']>([
  'thread.saved',
  'review.saved',
  'review.changed',
  'threads.changed',
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
    const ask = () => {
      clearTimeout(timer)
      timer = undefined
      void readAnew(queryClient, { queryKey: ['notices'] })
    }
    const stops = [
      room.onEvent(({ type }) => {
        if (telling.has(type)) timer ??= setTimeout(ask, gatherMs)
      }),
      onJoined(room, ask),
    ]
    return () => {
      clearTimeout(timer)
      stops.forEach((stop) => stop())
    }
  }, [room, queryClient])
}
