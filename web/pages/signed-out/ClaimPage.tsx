import { useRouter, useSearch } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { useAccount, useSignedIn } from '../../accounts/account.ts'
import { ClaimForm } from '../../guests/ClaimForm.tsx'
import { tellDone } from '../../ui/feedback/notices.ts'
import { SignedOutLayout } from './SignedOutLayout.tsx'

/** A guest becomes an account and goes on where they were; who has one has no business here. */
export function ClaimPage() {
  const { t } = useTranslation('guests')
  const user = useAccount()
  const signedIn = useSignedIn()
  const { next = '/' } = useSearch({ from: '/signed-in/claim' })
  if (!user || user.email !== null) return <Onward to={next} />
  return (
    <SignedOutLayout title={t('claimTitle')} lead={t('claimLead', { name: user.name })}>
      <ClaimForm
        onClaimed={async (claimed) => {
          await signedIn(claimed)
          tellDone(t('claimed'))
        }}
      />
    </SignedOutLayout>
  )
}

/** Leaves no page behind to which the browser's way back would lead in a circle. */
function Onward({ to }: { to: string }) {
  const { history } = useRouter()
  useEffect(() => history.replace(to), [history, to])
  return null
}
