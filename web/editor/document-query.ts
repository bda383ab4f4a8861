import { queryOptions } from '@tanstack/react-query'
import { api, call } from '../api.ts'

/** A document with its project's name and my membership in it. */
export const documentQuery = (documentId: string) =>
  queryOptions({
    queryKey: ['documents', documentId],
    queryFn: () => call(api.documents[':documentId'].$get({ param: { documentId } })),
  })
