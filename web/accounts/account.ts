import { queryOptions, useQueryClient, useSuspenseQuery, type QueryClient } from '@tanstack/react-query'
import { createContext, useContext } from 'react'
import type { User } from '../../shared/accounts.ts'
import { api, ApiError, call } from '../api.ts'
import { showLocale } from '../i18n.ts'
import { isHeldHere } from '../sync/unsent/unsaved-guard.ts'

/** Who is signed in here; null when nobody is. */
export const accountQuery = queryOptions({
  queryKey: ['account'],
  staleTime: 60_000,
  queryFn: async ({ client, queryKey }): Promise<User | null> => {
    try {
      const { user } = await call(api.accounts.me.$get())
      await showLocale(user.locale)
      return user
    } catch (error) {
      if (error instanceof ApiError && error.code === 'session_required')
        // the page stays whose it is as long as it holds what would go with it
        return (isHeldHere() && client.getQueryData<User>(queryKey)) || null
      throw error
    }
  },
})

/** The person who is signed in, or null; suspends while that is not known. */
export function useAccount(): User | null {
  return useSuspenseQuery(accountQuery).data
}

/** Whose page it is, as long as the page stands. */
export const OwnAccount = createContext<User | null>(null)

/**
 * The person whose page it is. What `useAccount` says may be nobody already while the page is drawn a last time: it reads
 * what is known at that moment.
 */
export function useOwnAccount(): User {
  return useContext(OwnAccount)!
}

/** What is read of nobody in particular, or before it is known who is here. */
const ofNobody = new Set<unknown>(['account', 'offer', 'guest-offer', 'confirmation', 'reference'])

/** Has the pages forget what was read for whoever was here: somebody else may be here now. */
export const forgetPerson = (queryClient: QueryClient): void =>
  queryClient.removeQueries({ predicate: ({ queryKey: [of] }) => !ofNobody.has(of) })

/** Tells the pages who is signed in after an answer that said so; what another person saw here is forgotten. */
export function useSignedIn(): (user: User) => Promise<void> {
  const queryClient = useQueryClient()
  return async (user) => {
    forgetPerson(queryClient)
    queryClient.setQueryData(accountQuery.queryKey, user)
    await showLocale(user.locale)
  }
}
