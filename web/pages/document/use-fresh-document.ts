import { useQueryClient, type QueryKey } from '@tanstack/react-query'
import { useEffect } from 'react'
import { documentQuery } from '../../editor/document-query.ts'
import { readAnew } from '../../sync/read-anew.ts'
import { onJoined, onOtherAccess } from '../../sync/room/missed-events.ts'
import type { Room } from '../../sync/room/room.ts'

/** Asks anew for what others changed while this page is open. */
export function useFreshDocument(room: Room | null, documentId: string, projectId: string | undefined): void {
  const queryClient = useQueryClient()
  useEffect(() => {
    if (!room) return
    const { queryKey } = documentQuery(documentId)
    const ofProject: QueryKey | null = projectId === undefined ? null : ['projects', projectId]
    const askAll = () => {
      void readAnew(queryClient, { queryKey })
      if (ofProject) void readAnew(queryClient, { queryKey: ofProject })
    }
    // the points and the versions come by themselves
    const askRest = () => {
      void readAnew(queryClient, { queryKey, exact: true })
      const predicate = (query: { queryKey: QueryKey }) => query.queryKey[2] !== 'threads'
      if (ofProject) void readAnew(queryClient, { queryKey: ofProject, predicate })
    }
    const stops = [
      room.onEvent(({ type }) => {
        if (type === 'project.changed' || type === 'members.changed') askAll()
      }),
      onJoined(room, askRest),
      // whoever may not even read is told so in place of the document
      onOtherAccess(room, (refused) => {
        if (refused === undefined || refused === 'read_only') askAll()
      }),
    ]
    return () => stops.forEach((stop) => stop())
  }, [room, documentId, projectId, queryClient])
}
