import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { ApiError } from './api.ts'
import { afterPress } from './sync/after-press.ts'

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
        // what is read anew was changed by others; the first answer, and what a change of one's own is told, wait for no press
        persister: async (read, context, query) => {
          for (;;) {
            const data = await read(context)
            const before = query.state.data
            if (before === undefined) return data
            await new Promise<void>(afterPress)
            // what was told meanwhile is newer than what waited
            if (query.state.data === before) return data
          }
        },
      },
      mutations: { networkMode: 'always' },
    },
  })
}

/** True for failures that may be gone a moment later. */
function isPassing(error: Error): boolean {
  return error instanceof ApiError && (error.code === 'offline' || error.status >= 502)
}
