import { queryOptions } from '@tanstack/react-query'
import type { Version, VersionSummary } from '../../shared/history.ts'
import { api, call } from '../api.ts'

/** A document's versions, the latest first. */
export const versionsQuery = (documentId: string) =>
  queryOptions({
    queryKey: ['documents', documentId, 'versions'],
    queryFn: async (): Promise<VersionSummary[]> =>
      (await call(api.documents[':documentId'].versions.$get({ param: { documentId } }))).versions,
  })

/** One version with its text; it never changes. */
export const versionQuery = (documentId: string, versionId: string) =>
  queryOptions({
    queryKey: ['documents', documentId, 'versions', versionId],
    queryFn: async (): Promise<Version> =>
      (
        await call(
          api.documents[':documentId'].versions[':versionId'].$get({ param: { documentId, versionId } }),
        )
      ).version,
    staleTime: Infinity,
  })
