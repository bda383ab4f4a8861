import { useQueryClient, type QueryKey } from '@tanstack/react-query'
import { useEffect } from 'react'
import type { RoomEvent } from '../../../shared/wire/events.ts'
import { useNoticesLive } from '../../notify/use-notices-live.ts'
import { projectRoom } from '../../sync/room/room-address.ts'
import { useObserved, useRoom } from '../../sync/room/use-room.ts'
import { observable } from '../../sync/observable.ts'
import type { PersonHere } from '../../sync/room/presence-list.ts'

/** Waits this long (ms) for more of the same before it asks. */
const gatherMs = 400

/** What changes no revision: those are dear to read, as their records and the trail are hashed. */
const ofPoints = new Set<RoomEvent['type']>([
  'thread.saved',
  'review.saved',
  'review.changed',
  'points.changed',
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
      const predicate = ({ queryKey }: { queryKey: QueryKey }) => isAll || queryKey[2] !== 'revisions'
      void queryClient.invalidateQueries({ queryKey: ['projects'], predicate })
      timer = undefined
      isAll = false
    }
    const refreshAll = () => {
      isAll = true
      clearTimeout(timer)
      refresh()
    }
    const onEvent = ({ type }: RoomEvent) => {
      if (!ofPoints.has(type)) isAll = true
      timer ??= setTimeout(refresh, gatherMs)
    }
    // what was missed while away, or before the room was open, is read from HTTP; so is why the door was closed
    let away = true
    const onState = () => {
      const { kind } = room.state.get()
      if (kind === 'offline') away = true
      else if (kind === 'refused') refreshAll()
      else if (kind === 'saved' && away) {
        away = false
        refreshAll()
        void queryClient.invalidateQueries({ queryKey: ['notices'] })
      }
    }
    const stops = [room.onEvent(onEvent), room.onAccessChanged(refreshAll), room.state.subscribe(onState)]
    return () => {
      clearTimeout(timer)
      stops.forEach((stop) => stop())
    }
  }, [room, queryClient])
  return people
}
