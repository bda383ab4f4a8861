import { Text } from '@mantine/core'
import { Link, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { CreateAccountForm } from '../../accounts/CreateAccountForm.tsx'
import { SignedOutLayout } from './SignedOutLayout.tsx'
import { useGoOn } from './use-go-on.ts'

/** Makes an account and goes on to where the person wanted to be. */
export function CreateAccountPage() {
  const { t } = useTranslation('accounts')
  const { next } = useSearch({ from: '/create-account' })
  const goOn = useGoOn(next)
  return (
    <SignedOutLayout title={t('createAccount')} lead={t('createLead')}>
      <CreateAccountForm onSignedIn={goOn} />
      <Text mt="lg" c="dimmed">
        {t('haveAccount')}{' '}
        <Link to="/sign-in" search={{ next }}>
          {t('signIn')}
        </Link>
      </Text>
    </SignedOutLayout>
  )
}
