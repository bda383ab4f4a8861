import { queryOptions, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import type { User } from '../../shared/accounts.ts'
import { api, ApiError, call } from '../api.ts'
import { showLocale } from '../i18n.ts'

/** Who is signed in here; null when nobody is. */
export const accountQuery = queryOptions({
  queryKey: ['account'],
  staleTime: 60_000,
  queryFn: async (): Promise<User | null> => {
    try {
      const { user } = await call(api.accounts.me.$get())
      await showLocale(user.locale)
      return user
    } catch (error) {
      if (error instanceof ApiError && error.code === 'session_required') return null
      throw error
    }
  },
})

/** The person who is signed in, or null; suspends while that is not known. */
export function useAccount(): User | null {
  return useSuspenseQuery(accountQuery).data
}

/** Tells the pages who is signed in after an answer that said so; what another person saw here is forgotten. */
export function useSignedIn(): (user: User) => Promise<void> {
  const queryClient = useQueryClient()
  return async (user) => {
    queryClient.removeQueries({ queryKey: ['projects'] })
    queryClient.removeQueries({ queryKey: ['documents'] })
    queryClient.removeQueries({ queryKey: ['notices'] })
    queryClient.removeQueries({ queryKey: ['address'] })
    queryClient.removeQueries({ queryKey: ['tokens'] })
    queryClient.setQueryData(accountQuery.queryKey, user)
    await showLocale(user.locale)
  }
}
