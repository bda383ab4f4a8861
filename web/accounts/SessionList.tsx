import { Button, Group, Stack, Text } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { api, call } from '../api.ts'
import { ErrorState } from '../ui/feedback/ErrorState.tsx'
import { Loading } from '../ui/feedback/Loading.tsx'
import { Timestamp } from '../ui/Timestamp.tsx'
import { Row, Rows } from '../ui/layout/Rows.tsx'
import { tellError } from '../ui/feedback/notices.ts'
import { deviceName } from './device-name.ts'

/** The devices that are signed in, each of which can be signed out from here. */
export function SessionList() {
  const { t } = useTranslation('accounts')
  const queryClient = useQueryClient()
  const sessions = useQuery({
    queryKey: ['sessions'],
    queryFn: async () => (await call(api.sessions.$get())).sessions,
  })
  const end = useMutation({
    mutationFn: (sessionId: string | 'others') =>
      sessionId === 'others'
        ? call(api.sessions.$delete())
        : call(api.sessions[':sessionId'].$delete({ param: { sessionId } })),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['sessions'] }),
    onError: tellError,
  })
  if (sessions.isPending) return <Loading />
  if (sessions.error) return <ErrorState error={sessions.error} onRetry={() => void sessions.refetch()} />
  const others = sessions.data.filter((session) => !session.current)
  return (
    <Stack>
      <Rows label={t('sessions')}>
        {sessions.data.map((session) => {
          const device = deviceName(session.userAgent, t)
          return (
            <Row
              key={session.id}
              end={
                !session.current && (
                  <Button
                    variant="subtle"
                    aria-label={t('endSession', { device })}
                    onClick={() => end.mutate(session.id)}
                  >
                    {t('signOut')}
                  </Button>
                )
              }
            >
              <Text fw={500}>
                {device}
                {session.current && (
                  <Text span c="dimmed" fw={400}>
                    {' '}
                    · {t('thisDevice')}
                  </Text>
                )}
              </Text>
              <Text c="dimmed" fz={13}>
                {t('seen')} <Timestamp at={session.lastSeenAt} />
              </Text>
            </Row>
          )
        })}
      </Rows>
      {others.length > 0 ? (
        <Group>
          <Button variant="default" loading={end.isPending} onClick={() => end.mutate('others')}>
            {t('endOthers')}
          </Button>
        </Group>
      ) : (
        <Text c="dimmed">{t('onlyHere')}</Text>
      )}
    </Stack>
  )
}
