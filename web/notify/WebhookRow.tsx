import { Button, Text } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Webhook } from '../../shared/notify.ts'
import { api, call } from '../api.ts'
import { Timestamp } from '../ui/Timestamp.tsx'
import { Row } from '../ui/layout/Rows.tsx'
import { tellDone, tellError } from '../ui/feedback/notices.ts'
import { deliveriesQuery, webhooksQuery } from './webhook-query.ts'

/** One receiver: try it, see what was sent, remove it. */
export function WebhookRow({ projectId, webhook }: { projectId: string; webhook: Webhook }) {
  const { t } = useTranslation('notify')
  const queryClient = useQueryClient()
  const [opened, setOpened] = useState(false)
  const param = { projectId, webhookId: webhook.id }
  const at = api.projects[':projectId'].webhooks[':webhookId']
  const { queryKey } = webhooksQuery(projectId)
  const tryOut = useMutation({
    mutationFn: () => call(at.test.$post({ param })),
    onSuccess: ({ delivery }) => {
      setOpened(true)
      if (delivery.problem === null) tellDone(t('webhook.tried'))
    },
    onError: tellError,
    onSettled: () => queryClient.invalidateQueries({ queryKey }),
  })
  const remove = useMutation({
    mutationFn: () => call(at.$delete({ param })),
    onError: tellError,
    // exactly the list: the log of what is gone is not there to be asked for
    onSettled: () => queryClient.invalidateQueries({ queryKey, exact: true }),
  })
  const kind = t(`webhook.kind.${webhook.kind}`)
  return (
    <Row
      endBelow
      end={
        <>
          <Button variant="subtle" size="xs" loading={tryOut.isPending} onClick={() => tryOut.mutate()}>
            {t('webhook.try')}
          </Button>
          <Button variant="subtle" size="xs" aria-expanded={opened} onClick={() => setOpened(!opened)}>
            {t('webhook.log')}
          </Button>
          <Button
            variant="subtle"
            size="xs"
            loading={remove.isPending}
            aria-label={t('webhook.removeOne', { kind, host: webhook.host })}
            onClick={() => remove.mutate()}
          >
            {t('webhook.remove')}
          </Button>
        </>
      }
    >
      <div>{kind}</div>
      <Text c="dimmed" fz={13}>
        {webhook.host}
      </Text>
      {opened && <Deliveries projectId={projectId} webhookId={webhook.id} />}
    </Row>
  )
}

function Deliveries({ projectId, webhookId }: { projectId: string; webhookId: string }) {
  const { t } = useTranslation('notify')
  const { data } = useQuery(deliveriesQuery(projectId, webhookId))
  if (!data) return null
  if (data.length === 0) return <Text fz={13}>{t('webhook.none')}</Text>
  return (
    <ul aria-label={t('webhook.log')}>
      {data.slice(0, 10).map(({ id, status, problem, at }) => (
        <li key={id}>
          <Text fz={13}>
            {problem === null ? t('webhook.arrived') : t(`webhook.problem.${problem}`)}
            {status !== null && ` (${status})`} · <Timestamp at={at} />
          </Text>
        </li>
      ))}
    </ul>
  )
}
