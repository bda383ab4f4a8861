import { SegmentedControl, Text } from '@mantine/core'
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { mailChoices, type MailChoice } from '../../shared/notify.ts'
import { api, call } from '../api.ts'
import { ErrorState } from '../ui/feedback/ErrorState.tsx'
import { tellError } from '../ui/feedback/notices.ts'

const mailQuery = queryOptions({
  queryKey: ['notices', 'mail'],
  queryFn: async () => (await call(api.notices.mail.$get())).mail,
})

/** How often I am mailed; kept as soon as it is chosen. */
export function MailForm() {
  const { t } = useTranslation('notify')
  const queryClient = useQueryClient()
  const found = useQuery(mailQuery)
  const choose = useMutation({
    mutationFn: (mail: MailChoice) => call(api.notices.mail.$put({ json: { mail } })),
    onSuccess: ({ mail }) => queryClient.setQueryData(mailQuery.queryKey, mail),
    onError: tellError,
  })
  if (found.error) return <ErrorState error={found.error} onRetry={() => void found.refetch()} />
  const shown = choose.isPending ? choose.variables : found.data
  if (!shown) return null
  return (
    <>
      <SegmentedControl
        aria-label={t('mail.title')}
        value={shown}
        onChange={(mail) => choose.mutate(mail)}
        data={mailChoices.map((value) => ({ value, label: t(`mail.choice.${value}`) }))}
      />
      <Text c="dimmed" fz={13} mt={8}>
        {t(`mail.hint.${shown}`)}
      </Text>
    </>
  )
}
