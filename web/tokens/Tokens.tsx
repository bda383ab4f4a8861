import { Button, Group, Stack, Text } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { ApiToken } from '../../shared/tokens.ts'
import { api, call } from '../api.ts'
import { ErrorState } from '../ui/feedback/ErrorState.tsx'
import { Loading } from '../ui/feedback/Loading.tsx'
import { Timestamp } from '../ui/Timestamp.tsx'
import { Row, Rows } from '../ui/layout/Rows.tsx'
import { confirm } from '../ui/feedback/confirm.tsx'
import { useFormats } from '../ui/language/formats.ts'
import { tellError } from '../ui/feedback/notices.ts'
import { TokenDialog, type TokenProject } from './TokenDialog.tsx'
import { tokensQuery } from './queries.ts'

interface TokensProps {
  projects: readonly TokenProject[]
  /** Where it is told what tokens are for. */
  reference: ReactNode
}

/** My API tokens: what each may do and until when, and one more. */
export function Tokens({ projects, reference }: TokensProps) {
  const { t } = useTranslation('tokens')
  const [opened, setOpened] = useState(false)
  const tokens = useQuery(tokensQuery)
  // whoever has the list goes on with it when it cannot be read anew: a token that was just made is shown this once
  if (!tokens.data) {
    if (!tokens.error) return <Loading />
    return <ErrorState error={tokens.error} onRetry={() => void tokens.refetch()} />
  }
  return (
    <Stack>
      <Text c="dimmed">
        {t('lead')} {reference}
      </Text>
      {tokens.data.length > 0 && (
        <Rows label={t('title')}>
          {tokens.data.map((token) => (
            <TokenRow key={token.id} token={token} />
          ))}
        </Rows>
      )}
      <Group>
        <Button variant="default" onClick={() => setOpened(true)}>
          {t('new')}
        </Button>
      </Group>
      <TokenDialog projects={projects} opened={opened} onClose={() => setOpened(false)} />
    </Stack>
  )
}

const isPast = (iso: string): boolean => Date.parse(iso) <= Date.now()

function TokenRow({ token }: { token: ApiToken }) {
  const { t } = useTranslation('tokens')
  const formats = useFormats()
  const queryClient = useQueryClient()
  const { id, name, scope, projectName, expiresAt, lastUsedAt } = token
  const revoke = useMutation({
    mutationFn: async () => {
      const question = { title: t('revokeTitle', { name }), text: t('revokeText'), action: t('revoke') }
      if (await confirm({ ...question, final: true }))
        await call(api.tokens[':tokenId'].$delete({ param: { tokenId: id } }))
    },
    onError: tellError,
    onSettled: () => queryClient.invalidateQueries({ queryKey: tokensQuery.queryKey }),
  })
  const hasExpired = isPast(expiresAt)
  const until = formats.date(expiresAt)
  return (
    <Row
      endBelow
      end={
        <Button
          variant="subtle"
          aria-label={t('revokeOne', { name })}
          loading={revoke.isPending}
          onClick={() => revoke.mutate()}
        >
          {t('revoke')}
        </Button>
      }
    >
      <Text fw={500}>{name}</Text>
      <Text c="dimmed" fz={13}>
        {t(`scope.${scope}`)} · {projectName ?? t('allProjects')} ·{' '}
        {t(hasExpired ? 'expired' : 'goodUntil', { date: until })}
      </Text>
      <Text c="dimmed" fz={13}>
        {lastUsedAt ? (
          <>
            {t('used')} <Timestamp at={lastUsedAt} />
          </>
        ) : (
          t('neverUsed')
        )}
      </Text>
    </Row>
  )
}
