import {
  infiniteQueryOptions,
  queryOptions,
  skipToken,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query'
import { api, call, convertsFirst } from '../api.ts'
import { tellError } from '../ui/feedback/notices.ts'

/** My notices, page by page, the latest first. */
export const noticesQuery = infiniteQueryOptions({
  queryKey: ['notices', 'list'],
  queryFn: ({ pageParam: before }) => call(api.notices.$get({ query: before === null ? {} : { before } })),
  initialPageParam: null as string | null,
  getNextPageParam: ({ next }) => next,
})

/** How many of my notices are unread: of all, and of each document. Asked again each minute, also where no room is open. */
export const unreadQuery = queryOptions({
  queryKey: ['notices', 'unread'],
  queryFn: () => call(api.notices.unread.$get()),
  refetchInterval: 60_000,
})

/** Marks my notices as read: one, those of a thread, or, with nothing given, all. */
export function useMarkRead() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (which: { noticeId?: string; threadId?: string }) =>
      call(api.notices.read.$post({ json: which })),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['notices'] }),
    onError: tellError,
  })
}

/** What others changed in a document's text since a moment; not asked while that is not known. */
export const changesQuery = (documentId: string, since: string | undefined) =>
  queryOptions({
    queryKey: ['changes', documentId, since],
    queryFn: since
      ? () =>
          call(
            api.documents[':documentId'].changes.$get(
              { param: { documentId }, query: { since } },
              convertsFirst,
            ),
          )
      : skipToken,
    staleTime: Infinity,
  })
