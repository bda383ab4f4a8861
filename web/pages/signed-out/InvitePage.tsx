import { Button, SegmentedControl, Stack, Text } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { User } from '../../../shared/accounts.ts'
import { CreateAccountForm } from '../../accounts/CreateAccountForm.tsx'
import { SignInForm } from '../../accounts/SignInForm.tsx'
import { accountQuery, useSignedIn } from '../../accounts/account.ts'
import { api, ApiError, call } from '../../api.ts'
import { Offer } from '../../projects/Offer.tsx'
import { Loading } from '../../ui/feedback/Loading.tsx'
import { tellError } from '../../ui/feedback/notices.ts'
import { SignedOutLayout } from './SignedOutLayout.tsx'
import { UnopenedLinkPage } from './UnopenedLinkPage.tsx'
import { isCut } from './link-secret.ts'
import { useLinkSecret } from './use-link-secret.ts'

/** Where an invitation's link leads: what is offered, then sign in or create an account, then in. */
export function InvitePage() {
  const { t } = useTranslation(['projects', 'guests'])
  const token = useLinkSecret('/invite')
  const navigate = useNavigate()
  const queryClient = useQueryClient()
  const account = useQuery(accountQuery)
  const offer = useQuery({
    queryKey: ['offer', token],
    queryFn: async () => {
      return (await call(api.invites.look.$post({ json: { token } }))).offer
    },
    staleTime: Infinity,
    enabled: !isCut(token),
  })
  const enter = (projectId: string) => navigate({ to: '/projects/$projectId', params: { projectId } })
  const accept = useMutation({
    mutationFn: () => call(api.invites.accept.$post({ json: { token } })),
    onSuccess: async ({ projectId }) => {
      await queryClient.invalidateQueries({ queryKey: ['projects'] })
      await enter(projectId)
    },
    onError: (error) => {
      const inside = error instanceof ApiError && error.code === 'already_member'
      if (inside && offer.data) void enter(offer.data.projectId)
      else tellError(error)
    },
  })
  if (isCut(token)) return <UnopenedLinkPage title={t('invite.dead')} error={null} />
  if (offer.isPending || account.isPending) return <Loading />
  if (offer.error)
    return (
      <UnopenedLinkPage title={t('invite.dead')} error={offer.error} onRetry={() => void offer.refetch()} />
    )
  return (
    <SignedOutLayout title={t('invite.title', { project: offer.data.projectName })}>
      <Offer offer={offer.data} />
      {account.data?.email === null ? (
        <Stack mt="lg">
          <Text>{t('errors:account_required')}</Text>
          <Button component={Link} to="/claim">
            {t('guests:toAccount')}
          </Button>
        </Stack>
      ) : account.data ? (
        <Stack mt="lg">
          <Text c="dimmed">{t('invite.as', { name: account.data.name, email: account.data.email })}</Text>
          <Button loading={accept.isPending} onClick={() => accept.mutate()}>
            {t('invite.accept')}
          </Button>
        </Stack>
      ) : (
        <ComeIn onSignedIn={() => accept.mutateAsync()} />
      )}
    </SignedOutLayout>
  )
}

/** The two ways in for somebody who is not signed in. */
function ComeIn({ onSignedIn }: { onSignedIn: () => Promise<unknown> }) {
  const { t } = useTranslation('projects')
  const [way, setWay] = useState<'create' | 'signIn'>('create')
  const signedIn = useSignedIn()
  const proceed = async (user: User) => {
    await signedIn(user)
    await onSignedIn()
  }
  return (
    <Stack mt="lg">
      <SegmentedControl
        fullWidth
        aria-label={t('invite.way')}
        value={way}
        onChange={(value) => setWay(value)}
        data={[
          { value: 'create', label: t('invite.create') },
          { value: 'signIn', label: t('invite.signIn') },
        ]}
      />
      {way === 'create' ? <CreateAccountForm onSignedIn={proceed} /> : <SignInForm onSignedIn={proceed} />}
    </Stack>
  )
}
