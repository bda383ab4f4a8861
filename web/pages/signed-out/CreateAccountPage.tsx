import { Text } from '@mantine/core'
import { Link, useRouter, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { CreateAccountForm } from '../../accounts/CreateAccountForm.tsx'
import { useSignedIn } from '../../accounts/account.ts'
import { SignedOutLayout } from './SignedOutLayout.tsx'

/** Makes an account and goes on to where the person wanted to be. */
export function CreateAccountPage() {
  const { t } = useTranslation('accounts')
  const { next } = useSearch({ from: '/create-account' })
  const router = useRouter()
  const signedIn = useSignedIn()
  return (
    <SignedOutLayout title={t('createAccount')} lead={t('createLead')}>
      <CreateAccountForm
        onSignedIn={async (user) => {
          await signedIn(user)
          // the way back is not to the form: it is done
          router.history.replace(next ?? '/')
        }}
      />
      <Text mt="lg" c="dimmed">
        {t('haveAccount')}{' '}
        <Link to="/sign-in" search={{ next }}>
          {t('signIn')}
        </Link>
      </Text>
    </SignedOutLayout>
  )
}
