import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { unreadQuery, useMarkRead } from './queries.ts'

/** A point that is looked at is read, also what comes while it is open. */
export function useReadThread(threadId: string | undefined): void {
  const unread = useQuery(unreadQuery).data?.total ?? 0
  const { mutate } = useMarkRead()
  useEffect(() => {
    if (threadId && unread > 0) mutate({ threadId })
  }, [threadId, unread, mutate])
}
