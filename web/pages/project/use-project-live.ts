import { useQueryClient, type QueryKey } from '@tanstack/react-query'
import { useEffect } from 'react'
import type { RoomEvent } from '../../../shared/wire/events.ts'
import { useNoticesLive } from '../../notify/use-notices-live.ts'
import { readAnew } from '../../sync/read-anew.ts'
import { onJoined, onOtherAccess } from '../../sync/room/missed-events.ts'
import { projectRoom } from '../../sync/room/room-address.ts'
import { useObserved, useRoom } from '../../sync/room/use-room.ts'
import { observable } from '../../sync/observable.ts'
import type { PersonHere } from '../../sync/room/presence-list.ts'

/** Waits this long (ms) for more of the same before it asks. */
const gatherMs = 400

/** What changes no revision: those are dear to read, as their records and the trail are hashed. */
const ofThreads = new Set<RoomEvent['type']>([
  'thread.saved',
  'review.saved',
  'review.changed',
  'threads.changed',
])

const nobody = observable<readonly PersonHere[]>([])

/** Keeps what is shown of a project fresh while others change it, and says who else is here. */
export function useProjectLive(projectId: string, userId: string): readonly PersonHere[] {
  const queryClient = useQueryClient()
  const room = useRoom(projectRoom(projectId), userId)
  const people = useObserved(room?.people ?? nobody)
  useNoticesLive(room)
  useEffect(() => {
    if (!room) return
    let timer: ReturnType<typeof setTimeout> | undefined
    let isAll = false
    const refresh = () => {
      const withRevisions = isAll
      const predicate = ({ queryKey }: { queryKey: QueryKey }) => withRevisions || queryKey[2] !== 'revisions'
      void readAnew(queryClient, { queryKey: ['projects'], predicate })
      timer = undefined
      isAll = false
    }
    const refreshAll = () => {
      isAll = true
      clearTimeout(timer)
      refresh()
    }
    const onEvent = ({ type }: RoomEvent) => {
      if (!ofThreads.has(type)) isAll = true
      timer ??= setTimeout(refresh, gatherMs)
    }
    // why the door was closed is read from HTTP too
    const stops = [room.onEvent(onEvent), onJoined(room, refreshAll), onOtherAccess(room, refreshAll)]
    return () => {
      clearTimeout(timer)
      stops.forEach((stop) => stop())
    }
  }, [room, queryClient])
  return people
}
