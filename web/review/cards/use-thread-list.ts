import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { Thread } from '../../../shared/review.ts'
import type { Room } from '../../sync/room/room.ts'
import { useLiveThreads } from '../../sync/threads/live-threads.ts'
import { threadsQuery } from '../../sync/threads/thread-lists.ts'

/** The points of one document and of the whole project, as far as they are read. */
export interface ThreadList {
  threads: Thread[]
  loading: boolean
  error: unknown
  retry(): void
}

/** Reads the points of a document, and keeps them fresh while its room is open. */
export function useThreadList(projectId: string, resourceId: string, room: Room | null): ThreadList {
  const query = useQuery(threadsQuery(projectId, resourceId))
  const threads = useMemo(() => query.data ?? [], [query.data])
  useLiveThreads(room, projectId, resourceId)
  return {
    threads,
    loading: query.isPending,
    // who has an answer, be it of no points at all, goes on with it when the next one does not come
    error: query.data ? null : query.error,
    retry: () => void query.refetch(),
  }
}
