import { Button, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { api, call } from '../../api.ts'
import { useErrorText } from '../../ui/feedback/error-text.ts'
import { SignedOutLayout } from './SignedOutLayout.tsx'

/** Where the link at the end of a mail leads: one button, no sign-in. */
export function UnsubscribePage() {
  const { t } = useTranslation('notify')
  const errorText = useErrorText()
  const { token = '' } = useSearch({ from: '/unsubscribe' })
  const end = useMutation({ mutationFn: () => call(api.unsubscribe.$post({ json: { token } })) })
  if (end.isSuccess) {
    return (
      <SignedOutLayout title={t('mail.unsubscribed')}>
        <Text role="status">{t('mail.unsubscribeText')}</Text>
      </SignedOutLayout>
    )
  }
  return (
    <SignedOutLayout title={t('mail.unsubscribe')}>
      <Text mb="lg">{t('mail.unsubscribeText')}</Text>
      {end.error && (
        <Text role="alert" mb="lg">
          {errorText(end.error)}
        </Text>
      )}
      <Button loading={end.isPending} onClick={() => end.mutate()}>
        {t('mail.unsubscribeDo')}
      </Button>
    </SignedOutLayout>
  )
}
