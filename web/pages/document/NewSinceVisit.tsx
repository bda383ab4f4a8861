import { useSearch } from '@tanstack/react-router'
import { useMemo, type ReactNode } from 'react'
import { useReadThread } from '../../notify/use-read-thread.ts'
import { useVisit } from '../../notify/use-visit.ts'
import { NewSince } from '../../ui/threads/NewMark.tsx'

/** A document whose points show what is new since the reader's last visit; what is opened counts as read. */
export function NewSinceVisit(props: { documentId: string; userId: string; children: ReactNode }) {
  const { documentId, userId, children } = props
  const { thread } = useSearch({ from: '/signed-in/documents/$documentId' })
  const since = useVisit(documentId)
  useReadThread(thread)
  const reader = useMemo(() => (since ? { userId, since } : null), [userId, since])
  return <NewSince value={reader}>{children}</NewSince>
}
