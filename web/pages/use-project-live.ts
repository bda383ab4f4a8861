import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useNoticesLive } from '../notify/use-notices-live.ts'
import { useObserved, useRoom } from '../sync/use-room.ts'
import { observable } from '../sync/observable.ts'
import type { PersonHere } from '../sync/people.ts'

const nobody = observable<readonly PersonHere[]>([])

/** Keeps what is shown of a project fresh while others change it, and says who else is here. */
export function useProjectLive(projectId: string, userId: string): readonly PersonHere[] {
  const queryClient = useQueryClient()
  const room = useRoom(projectId, userId, { hasText: false })
  const people = useObserved(room?.people ?? nobody)
  useNoticesLive(room)
  useEffect(() => {
    if (!room) return
    const refresh = () => void queryClient.invalidateQueries({ queryKey: ['projects'] })
    // what was missed while away, or before the room was open, is read from HTTP; so is why the door was closed
    let away = true
    const onState = () => {
      const { kind } = room.state.get()
      if (kind === 'offline') away = true
      else if (kind === 'refused') refresh()
      else if (kind === 'saved' && away) {
        away = false
        refresh()
        void queryClient.invalidateQueries({ queryKey: ['notices'] })
      }
    }
    const stops = [room.onEvent(refresh), room.onAccessChanged(refresh), room.state.subscribe(onState)]
    return () => stops.forEach((stop) => stop())
  }, [room, queryClient])
  return people
}
