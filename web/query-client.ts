import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { ApiError } from './api.ts'

/** What the server said, kept for the pages: asked again on focus, and never retried when the answer was a refusal. */
export function createQueryClient(onSessionEnded: () => void): QueryClient {
  const watch = (error: Error) => {
    if (error instanceof ApiError && error.code === 'session_required') onSessionEnded()
  }
  return new QueryClient({
    queryCache: new QueryCache({ onError: watch }),
    mutationCache: new MutationCache({ onError: watch }),
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        retry: (count, error) => count < 2 && isPassing(error),
        // without this a query waits silently while the browser believes to be offline
        networkMode: 'always',
      },
      mutations: { networkMode: 'always' },
    },
  })
}

/** True for failures that may be gone a moment later. */
function isPassing(error: Error): boolean {
  return error instanceof ApiError && (error.code === 'offline' || error.status >= 502)
}
