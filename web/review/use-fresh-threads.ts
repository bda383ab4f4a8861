import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import type { Thread } from '../../shared/review.ts'
import type { Room } from '../sync/room.ts'
import { mergeEvents, threadsQuery } from './queries.ts'

/** Threads arrive as events, many at once when many are changed; after an absence they are asked for anew. */
export function useFreshThreads(room: Room | null, projectId: string, documentId: string): void {
  const queryClient = useQueryClient()
  useEffect(() => {
    if (!room) return
    const { queryKey } = threadsQuery(projectId, documentId)
    let arrived: Thread[] = []
    let timer: ReturnType<typeof setTimeout> | undefined
    const take = () => {
      timer = undefined
      mergeEvents(queryClient, arrived)
      arrived = []
    }
    const stopEvents = room.onEvent((event) => {
      if (event.type === 'thread.saved') arrived.push(event.thread)
      else if (event.type === 'review.saved') {
        arrived.push(...event.threads)
        void queryClient.invalidateQueries({ queryKey: ['projects', projectId, 'reviews'] })
      } else return
      timer ??= setTimeout(take)
    })
    let away = false
    const stopState = room.state.subscribe(() => {
      const { kind } = room.state.get()
      if (kind === 'offline' || kind === 'connecting') away = true
      else if (kind === 'saved' && away) {
        away = false
        void queryClient.invalidateQueries({ queryKey })
      }
    })
    return () => {
      clearTimeout(timer)
      take()
      stopEvents()
      stopState()
    }
  }, [room, projectId, documentId, queryClient])
}
