import { Text } from '@mantine/core'
import { Link, useRouter, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { SignInForm } from '../../accounts/SignInForm.tsx'
import { useSignedIn } from '../../accounts/account.ts'
import { SignedOutLayout } from './SignedOutLayout.tsx'

/** Signs in and goes on to where the person wanted to be. */
export function SignInPage() {
  const { t } = useTranslation('accounts')
  const { next } = useSearch({ from: '/sign-in' })
  const router = useRouter()
  const signedIn = useSignedIn()
  return (
    <SignedOutLayout title={t('signIn')}>
      <SignInForm
        onSignedIn={async (user) => {
          await signedIn(user)
          // the way back is not to the form: it is done
          router.history.replace(next ?? '/')
        }}
      />
      <Text mt="lg" c="dimmed">
        {t('noAccount')}{' '}
        <Link to="/create-account" search={{ next }}>
          {t('createAccount')}
        </Link>
      </Text>
    </SignedOutLayout>
  )
}
