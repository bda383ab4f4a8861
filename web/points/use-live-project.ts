import { useQueryClient, type QueryKey } from '@tanstack/react-query'
import { useEffect } from 'react'
import type { Room } from '../sync/room/room.ts'

/** Keeps what the page shows of a project beside its points fresh; what the reader may see of those follows their access. */
export function useLiveProject(room: Room | null, projectId: string): void {
  const queryClient = useQueryClient()
  useEffect(() => {
    if (!room) return
    const queryKey: QueryKey = ['projects', projectId]
    const askProject = () => void queryClient.invalidateQueries({ queryKey, exact: true })
    const askAll = () => void queryClient.invalidateQueries({ queryKey })
    // the points come by themselves
    const askRest = () =>
      void queryClient.invalidateQueries({ queryKey, predicate: (query) => query.queryKey[2] !== 'threads' })
    // also what happened between the first answer and the opening of the room
    let away = true
    const onState = () => {
      const { kind } = room.state.get()
      if (kind === 'refused') askAll()
      else if (kind === 'offline') away = true
      else if (kind === 'saved' && away) {
        away = false
        askRest()
      }
    }
    const stops = [
      room.onEvent(({ type }) => {
        if (type === 'project.changed') askProject()
        else if (type === 'members.changed') askAll()
      }),
      room.state.subscribe(onState),
      room.onAccessChanged(askAll),
    ]
    return () => stops.forEach((stop) => stop())
  }, [room, projectId, queryClient])
}
