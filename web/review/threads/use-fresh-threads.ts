import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import type { Thread } from '../../../shared/review.ts'
import { readChangedPoints } from '../../sync/changed-points.ts'
import type { Room } from '../../sync/room.ts'
import { mergeEvents, threadsQuery } from './thread-queries.ts'

/** What was said while the page opened is asked for when it has opened (ms): first its text is to be seen. */
const afterOpening = 1_000

/** A guest is told only that something changed: of many changes at once, they are read once (ms). */
const betweenReadings = 200

/** Threads arrive as events, many at once when many are changed; after an absence they are asked for anew. */
export function useFreshThreads(room: Room | null, projectId: string, resourceId: string): void {
  const queryClient = useQueryClient()
  useEffect(() => {
    if (!room) return
    const { queryKey } = threadsQuery(projectId, resourceId)
    let arrived: Thread[] = []
    let timer: ReturnType<typeof setTimeout> | undefined
    let reading: ReturnType<typeof setTimeout> | undefined
    const take = () => {
      timer = undefined
      mergeEvents(queryClient, arrived)
      arrived = []
    }
    const changed = readChangedPoints(projectId, {
      onRead: (points) => mergeEvents(queryClient, points),
      onTooMany: () => void askAgain(),
    })
    const stopEvents = room.onEvent((event) => {
      if (event.type === 'thread.saved') arrived.push(event.thread)
      else if (event.type === 'review.saved') {
        arrived.push(...event.threads)
        void queryClient.invalidateQueries({ queryKey: ['projects', projectId, 'reviews'] })
      } else if (event.type === 'points.changed') {
        const here = event.points.filter((one) => one.resourceId === null || one.resourceId === resourceId)
        if (here.length > 0) changed.add(here)
        return
      } else if (event.type === 'review.changed') {
        void queryClient.invalidateQueries({ queryKey: ['projects', projectId, 'reviews'] })
        reading ??= setTimeout(readChanged, betweenReadings)
        return
      } else return
      timer ??= setTimeout(take)
    })
    const readChanged = () => {
      reading = undefined
      void askAgain()
    }
    const askAgain = async () => {
      // an answer that is still on its way is older than the link
      await queryClient
        .fetchQuery({ ...threadsQuery(projectId, resourceId), staleTime: Infinity })
        .catch(() => {})
      await queryClient.invalidateQueries({ queryKey })
    }
    // also what was said between the first answer and the opening of the link
    let away = true
    let opening: ReturnType<typeof setTimeout> | undefined
    const look = () => {
      const { kind } = room.state.get()
      if (kind === 'offline' || kind === 'connecting') away = true
      else if (kind === 'saved' && away) {
        away = false
        if (opening === undefined) opening = setTimeout(() => void askAgain(), afterOpening)
        else void askAgain()
      }
    }
    look()
    const stopState = room.state.subscribe(look)
    return () => {
      clearTimeout(timer)
      clearTimeout(reading)
      clearTimeout(opening)
      changed.stop()
      take()
      stopEvents()
      stopState()
    }
  }, [room, projectId, resourceId, queryClient])
}
