import { useQueryClient, type QueryKey } from '@tanstack/react-query'
import { useEffect } from 'react'
import { readAnew } from '../sync/read-anew.ts'
import { onJoined, onOtherAccess } from '../sync/room/missed-events.ts'
import type { Room } from '../sync/room/room.ts'

/** Keeps what the page shows of a project beside its points fresh; what the reader may see of those follows their access. */
export function useLiveProject(room: Room | null, projectId: string): void {
  const queryClient = useQueryClient()
  useEffect(() => {
    if (!room) return
    const queryKey: QueryKey = ['projects', projectId]
    const askProject = () => void readAnew(queryClient, { queryKey, exact: true })
    const askAll = () => void readAnew(queryClient, { queryKey })
    // the points come by themselves
    const askRest = () =>
      void readAnew(queryClient, { queryKey, predicate: (query) => query.queryKey[2] !== 'threads' })
    const stops = [
      room.onEvent(({ type }) => {
        if (type === 'project.changed') askProject()
        else if (type === 'members.changed') askAll()
      }),
      onJoined(room, askRest),
      onOtherAccess(room, askAll),
    ]
    return () => stops.forEach((stop) => stop())
  }, [room, projectId, queryClient])
}
