import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import type { Thread } from '../../shared/review.ts'
import { readChangedPoints } from '../sync/changed-points.ts'
import { newestOf } from '../sync/newest-threads.ts'
import { pointsQuery } from '../sync/points-query.ts'
import type { Room } from '../sync/room.ts'

/** Takes in points as the server has just told them. */
export function usePointsKeeper(projectId: string): (points: readonly Thread[]) => void {
  const queryClient = useQueryClient()
  return (points) =>
    queryClient.setQueryData(pointsQuery(projectId).queryKey, (known) => known && newestOf(known, points))
}

/** Points arrive as events, many at once when many are changed; after an absence all are asked for anew. */
export function useLivePoints(room: Room | null, projectId: string): void {
  const queryClient = useQueryClient()
  useEffect(() => {
    if (!room) return
    const { queryKey } = pointsQuery(projectId)
    let arrived: Thread[] = []
    let frame = 0
    const take = () => {
      const some = arrived
      arrived = []
      frame = 0
      queryClient.setQueryData<Thread[]>(queryKey, (known) => known && newestOf(known, some))
    }
    const askProject = () =>
      void queryClient.invalidateQueries({ queryKey: ['projects', projectId], exact: true })
    const askAll = () => void queryClient.invalidateQueries({ queryKey: ['projects', projectId] })
    const changed = readChangedPoints(projectId, {
      onRead: (points) =>
        queryClient.setQueryData<Thread[]>(queryKey, (known) => known && newestOf(known, points)),
      onTooMany: () => void queryClient.invalidateQueries({ queryKey, exact: true }),
    })
    const stopEvents = room.onEvent((event) => {
      if (event.type === 'thread.saved' || event.type === 'review.saved') {
        arrived.push(...(event.type === 'thread.saved' ? [event.thread] : event.threads))
        frame ||= requestAnimationFrame(take)
      } else if (event.type === 'points.changed') changed.add(event.points)
      else if (event.type === 'project.changed') askProject()
      else if (event.type === 'members.changed') askAll()
    })
    // also what happened between the first answer and the opening of the room
    let away = true
    const stopState = room.state.subscribe(() => {
      const { kind } = room.state.get()
      if (kind === 'refused') askAll()
      else if (kind === 'offline') away = true
      else if (kind === 'saved' && away) {
        away = false
        askAll()
      }
    })
    const stopAccess = room.onAccessChanged(askAll)
    return () => {
      cancelAnimationFrame(frame)
      if (arrived.length > 0) take()
      changed.stop()
      stopEvents()
      stopState()
      stopAccess()
    }
  }, [room, projectId, queryClient])
}
