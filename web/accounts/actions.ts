import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { locales, type Locale, type User } from '../../shared/accounts.ts'
import { api, call } from '../api.ts'
import { showLocale } from '../i18n.ts'
import { letGo, mayLose } from '../sync/unsent/unsaved-guard.ts'
import { tellError } from '../ui/feedback/notices.ts'
import { accountQuery } from './account.ts'

/** The other language of the two. */
export const nextLocale = (now: string): Locale => locales.find((locale) => locale !== now)!

/** Ends this browser's session and goes to the door; asks first where words that only this tab holds would be lost. */
export function useSignOut() {
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  return useMutation({
    mutationFn: async () => {
      const mayEnd = await mayLose()
      if (mayEnd) await call(api.sessions.current.$delete())
      return mayEnd
    },
    onSuccess: async (hasEnded) => {
      if (!hasEnded) return
      letGo()
      queryClient.clear()
      queryClient.setQueryData(accountQuery.queryKey, null)
      await navigate({ to: '/sign-in' })
    },
    onError: tellError,
  })
}

/** Changes fields of one's own account and shows the answer everywhere. */
export function useChangeAccount() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (change: Partial<Pick<User, 'name' | 'firm' | 'locale'>>) =>
      call(api.accounts.me.$patch({ json: change })),
    onSuccess: ({ user }) => queryClient.setQueryData(accountQuery.queryKey, user),
  })
}

/** Shows the interface in another language at once, and keeps the choice on the account. */
export function useChangeLocale() {
  const change = useChangeAccount()
  return useMutation({
    mutationFn: async (locale: Locale) => {
      await showLocale(locale)
      await change.mutateAsync({ locale })
    },
    onError: tellError,
  })
}
