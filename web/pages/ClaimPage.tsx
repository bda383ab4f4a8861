import { Navigate, useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useAccount, useSignedIn } from '../accounts/account.ts'
import { ClaimForm } from '../guests/ClaimForm.tsx'
import { DoorPage } from './DoorPage.tsx'

/** A guest becomes an account; who has one has no business here. */
export function ClaimPage() {
  const { t } = useTranslation('guests')
  const user = useAccount()
  const signedIn = useSignedIn()
  const navigate = useNavigate()
  if (!user || user.email !== null) return <Navigate to="/" />
  return (
    <DoorPage title={t('claimTitle')} lead={t('claimLead', { name: user.name })}>
      <ClaimForm
        onClaimed={async (claimed) => {
          await signedIn(claimed)
          await navigate({ to: '/' })
        }}
      />
    </DoorPage>
  )
}
