import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { accountQuery, forgetPerson } from '../../accounts/account.ts'
import { EnterForm } from '../../guests/EnterForm.tsx'
import { OfferList } from '../../guests/OfferList.tsx'
import { offerQuery } from '../../guests/queries.ts'
import { Loading } from '../../ui/feedback/Loading.tsx'
import { SignedOutLayout } from './SignedOutLayout.tsx'
import { UnopenedLinkPage } from './UnopenedLinkPage.tsx'
import { isCut } from './link-secret.ts'
import { useLinkSecret } from './use-link-secret.ts'

/** Where a guest link leads: what it opens, a name, a code if it has one, and in. */
export function GuestPage() {
  const { t } = useTranslation('guests')
  const token = useLinkSecret('/guest')
  const navigate = useNavigate()
  const queryClient = useQueryClient()
  const account = useQuery(accountQuery)
  const offer = useQuery({ ...offerQuery(token), enabled: !isCut(token) })
  const enter = async (projectId: string) => {
    forgetPerson(queryClient)
    queryClient.removeQueries({ queryKey: ['guest-offer'] })
    await queryClient.fetchQuery({ ...accountQuery, staleTime: 0 })
    await navigate({ to: '/projects/$projectId', params: { projectId } })
  }
  if (isCut(token)) return <UnopenedLinkPage title={t('dead')} error={null} />
  if (offer.isPending || account.isPending) return <Loading />
  if (offer.error)
    return <UnopenedLinkPage title={t('dead')} error={offer.error} onRetry={() => void offer.refetch()} />
  return (
    <SignedOutLayout title={t('enterTitle', { project: offer.data.projectName })}>
      <OfferList offer={offer.data} />
      <EnterForm token={token} offer={offer.data} known={account.data?.name ?? null} onEntered={enter} />
    </SignedOutLayout>
  )
}
