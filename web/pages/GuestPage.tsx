import { Button, Group, Text } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useLocation, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { accountQuery, forgetPerson } from '../accounts/account.ts'
import { ApiError } from '../api.ts'
import { EnterForm } from '../guests/EnterForm.tsx'
import { OfferList } from '../guests/OfferList.tsx'
import { offerQuery } from '../guests/queries.ts'
import { Loading } from '../ui/Loading.tsx'
import { useErrorText } from '../ui/error-text.ts'
import { DoorPage } from './DoorPage.tsx'

/** Where a guest link leads: what it opens, a name, a code if it has one, and in. */
export function GuestPage() {
  const { t } = useTranslation('guests')
  const token = useToken()
  const errorText = useErrorText()
  const navigate = useNavigate()
  const queryClient = useQueryClient()
  const account = useQuery(accountQuery)
  const offer = useQuery(offerQuery(token))
  const enter = async (projectId: string) => {
    forgetPerson(queryClient)
    queryClient.removeQueries({ queryKey: ['guest-offer'] })
    await queryClient.fetchQuery({ ...accountQuery, staleTime: 0 })
    await navigate({ to: '/projects/$projectId', params: { projectId } })
  }
  if (offer.isPending || account.isPending) return <Loading />
  if (offer.error) {
    return (
      <DoorPage title={t('dead')}>
        <Text role="alert" mb="lg">
          {errorText(offer.error)}
        </Text>
        <Group gap={8}>
          {offer.error instanceof ApiError && offer.error.code === 'offline' && (
            <Button onClick={() => void offer.refetch()}>{t('ui:retry')}</Button>
          )}
          <Button variant="default" component={Link} to="/">
            {t('ui:toProjects')}
          </Button>
        </Group>
      </DoorPage>
    )
  }
  return (
    <DoorPage title={t('enterTitle', { project: offer.data.projectName })}>
      <OfferList offer={offer.data} />
      <EnterForm token={token} offer={offer.data} known={account.data?.name ?? null} onEntered={enter} />
    </DoorPage>
  )
}

/** The secret behind the `#`; it stays while the way on to another page is under way. */
function useToken(): string {
  const { pathname, hash } = useLocation()
  const [token, setToken] = useState(hash)
  if (pathname === '/guest' && hash !== token) setToken(hash)
  return token
}
