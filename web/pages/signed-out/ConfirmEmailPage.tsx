import { Alert, Button, PasswordInput, Stack, Text } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useLocation } from '@tanstack/react-router'
import { useState, type FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { addressQuery } from '../../accounts/address.ts'
import { api, ApiError, call } from '../../api.ts'
import { useErrorText } from '../../ui/feedback/error-text.ts'
import { Loading } from '../../ui/feedback/Loading.tsx'
import { SignedOutLayout } from './SignedOutLayout.tsx'

/** Where the mail leads that asks whether an address is its reader's: opening it spends nothing, the button confirms. */
export function ConfirmEmailPage() {
  const { t } = useTranslation('accounts')
  const errorText = useErrorText()
  const queryClient = useQueryClient()
  const token = useLocation({ select: ({ hash }) => hash })
  const [password, setPassword] = useState('')
  const asked = useQuery({
    queryKey: ['confirmation', token],
    queryFn: () => call(api['email-confirmations'].look.$post({ json: { token: token || '-' } })),
    retry: false,
    // what was asked for is done: it would be told to be used
    refetchOnWindowFocus: false,
  })
  const confirm = useMutation({
    mutationFn: () => confirmAddress({ token, ...(asked.data?.asksPassword && { password }) }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: addressQuery.queryKey }),
  })
  const onSubmit = (event: FormEvent) => {
    event.preventDefault()
    confirm.mutate()
  }
  if (confirm.isSuccess) {
    return (
      <SignedOutLayout title={t('address.done')}>
        <Text role="status" mb="lg">
          {t('address.confirmed', { email: confirm.data.email })}
        </Text>
        <Link to="/">{t('address.onward')}</Link>
      </SignedOutLayout>
    )
  }
  if (asked.isPending) return <Loading />
  const failure = confirm.error ?? asked.error
  return (
    <SignedOutLayout
      title={t('address.title')}
      lead={asked.data && t('address.lead', { email: asked.data.email })}
    >
      <form noValidate onSubmit={onSubmit}>
        <Stack>
          {failure && (
            <Alert color="seal" variant="light" role="alert">
              {errorText(failure)}
            </Alert>
          )}
          {asked.data?.asksPassword && (
            <>
              <input
                type="hidden"
                name="username"
                autoComplete="username"
                value={asked.data.email}
                readOnly
              />
              <PasswordInput
                label={t('password')}
                description={t('address.whose')}
                autoComplete="current-password"
                value={password}
                onChange={(event) => setPassword(event.currentTarget.value)}
              />
            </>
          )}
          {asked.data ? (
            <Button type="submit" loading={confirm.isPending} disabled={asked.data.asksPassword && !password}>
              {t('address.confirm')}
            </Button>
          ) : (
            <Link to="/settings">{t('settings')}</Link>
          )}
        </Stack>
      </form>
    </SignedOutLayout>
  )
}

/** Where very many accounts name an address, a part of them is tried at a time. */
async function confirmAddress(given: { token: string; password?: string }): Promise<{ email: string }> {
  for (let after: string | undefined; ;) {
    try {
      return await call(api['email-confirmations'].$post({ json: { ...given, ...(after && { after }) } }))
    } catch (failure) {
      if (!(failure instanceof ApiError) || failure.code !== 'confirmation_goes_on') throw failure
      after = String(failure.params.after)
    }
  }
}
