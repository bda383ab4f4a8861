import { useQueryClient, type QueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import type { RoomEvent } from '../../../shared/wire/events.ts'
import type { Thread } from '../../../shared/review.ts'
import { readAnew } from '../read-anew.ts'
import { onJoined } from '../room/missed-events.ts'
import type { Room } from '../room/room.ts'
import { readChangedThreads } from './changed-threads.ts'
import { allThreadsQuery, isInList, threadsQuery } from './thread-lists.ts'
import { mergeEvents } from './thread-store.ts'

/** A guest is told only that something changed: of many changes at once, they are read once (ms). */
const betweenReadings = 200

/** The list of threads that a page shows: a resource's, or with null all of the project. Read by the page, if it is. */
interface ShownList {
  projectId: string
  resourceId: string | null
}

/** Keeps the list of threads that a page shows fresh while its room is open. */
export function useLiveThreads(room: Room | null, projectId: string, resourceId: string | null): void {
  const queryClient = useQueryClient()
  useEffect(
    () => (room ? followThreads(queryClient, room, { projectId, resourceId }) : undefined),
    [room, projectId, resourceId, queryClient],
  )
}

/**
 * Threads arrive as events, many at once when many are changed, and those that are not told whole are read by their
 * ids; after an absence the list is asked for anew. Returns the end of it.
 */
export function followThreads(
  queryClient: QueryClient,
  room: Pick<Room, 'onEvent' | 'state'>,
  { projectId, resourceId }: ShownList,
): () => void {
  const { queryKey } = resourceId === null ? allThreadsQuery(projectId) : threadsQuery(projectId, resourceId)
  let arrived: Thread[] = []
  let taking: ReturnType<typeof setTimeout> | undefined
  let reading: ReturnType<typeof setTimeout> | undefined
  const take = () => {
    taking = undefined
    mergeEvents(queryClient, arrived)
    arrived = []
  }
  const arrive = (threads: readonly Thread[]) => {
    arrived.push(...threads)
    taking ??= setTimeout(take)
  }
  const isRead = () => queryClient.getQueryCache().find({ queryKey }) !== undefined
  const askAgain = async () => {
    if (isRead()) await readAnew(queryClient, { queryKey })
  }
  const changed = readChangedThreads(projectId, {
    onRead: (threads) => mergeEvents(queryClient, threads),
    onTooMany: () => void askAgain(),
  })
  const askReviewsAgain = () => void readAnew(queryClient, { queryKey: ['projects', projectId, 'reviews'] })
  const onEvent = (event: RoomEvent) => {
    switch (event.type) {
      case 'thread.saved':
        return arrive([event.thread])
      case 'review.saved':
        arrive(event.threads)
        return askReviewsAgain()
      case 'threads.changed':
        if (isRead()) changed.add(event.threads.filter((thread) => isInList(queryKey, thread.resourceId)))
        return
      case 'review.changed':
        askReviewsAgain()
        reading ??= setTimeout(() => {
          reading = undefined
          void askAgain()
        }, betweenReadings)
    }
  }
  const stops = [room.onEvent(onEvent), onJoined(room, () => void askAgain()), () => changed.stop()]
  return () => {
    for (const timer of [taking, reading]) clearTimeout(timer)
    for (const stop of stops) stop()
    take()
  }
}
