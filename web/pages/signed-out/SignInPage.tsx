import { Text } from '@mantine/core'
import { Link, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { SignInForm } from '../../accounts/SignInForm.tsx'
import { SignedOutLayout } from './SignedOutLayout.tsx'
import { useGoOn } from './use-go-on.ts'

/** Signs in and goes on to where the person wanted to be. */
export function SignInPage() {
  const { t } = useTranslation('accounts')
  const { next } = useSearch({ from: '/sign-in' })
  const goOn = useGoOn(next)
  return (
    <SignedOutLayout title={t('signIn')}>
      <SignInForm onSignedIn={goOn} />
      <Text mt="lg" c="dimmed">
        {t('noAccount')}{' '}
        <Link to="/create-account" search={{ next }}>
          {t('createAccount')}
        </Link>
      </Text>
    </SignedOutLayout>
  )
}
