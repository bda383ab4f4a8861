import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import type { Version, VersionSummary } from '../../shared/history.ts'
import { api, call } from '../api.ts'

/** A document's versions in pages, the latest first. */
export const versionsQuery = (documentId: string) =>
  infiniteQueryOptions({
    queryKey: ['documents', documentId, 'versions'],
    queryFn: async ({ pageParam: before }): Promise<VersionSummary[]> => {
      const query = before === null ? {} : { before: String(before) }
      return (await call(api.documents[':documentId'].versions.$get({ param: { documentId }, query })))
        .versions
    },
    initialPageParam: null as number | null,
    // they count from 1, and none ever goes
    getNextPageParam: (page) => {
      const last = page.at(-1)
      return last && last.number > 1 ? last.number : null
    },
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
