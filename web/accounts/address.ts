import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { api, call } from '../api.ts'
import { tellDone, tellError } from '../ui/feedback/notices.ts'

/** How my account stands to its e-mail address. */
export const addressQuery = queryOptions({
  queryKey: ['address'],
  queryFn: () => call(api.accounts.me.email.$get()),
})

/** Has the mail sent, once more, that asks whether the address is mine. */
export function useAskAgain(email: string) {
  const { t } = useTranslation('accounts')
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: () => call(api.accounts.me.email.confirmation.$post()),
    onSuccess: () => {
      tellDone(t('address.sent', { email }))
      return queryClient.invalidateQueries({ queryKey: addressQuery.queryKey })
    },
    onError: tellError,
  })
}
