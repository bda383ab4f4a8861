import { Alert, Button, Text } from '@mantine/core'
import { IconMailOff, IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ErrorState } from '../ui/feedback/ErrorState.tsx'
import { Rows } from '../ui/layout/Rows.tsx'
import { Section } from '../ui/layout/Section.tsx'
import { WebhookDialog } from './WebhookDialog.tsx'
import { WebhookRow } from './WebhookRow.tsx'
import { webhooksQuery } from './webhook-query.ts'

/** Where the project's news go besides the bell, for an owner. */
export function Webhooks({ projectId }: { projectId: string }) {
  const { t } = useTranslation('notify')
  const [adding, setAdding] = useState(false)
  const found = useQuery(webhooksQuery(projectId))
  if (found.error) return <ErrorState error={found.error} onRetry={() => void found.refetch()} />
  if (!found.data) return null
  const { webhooks, sendsMail } = found.data
  return (
    <Section
      title={t('webhook.title')}
      end={
        <Button
          variant="default"
          size="xs"
          leftSection={<IconPlus size={16} />}
          onClick={() => setAdding(true)}
        >
          {t('webhook.add')}
        </Button>
      }
    >
      {!sendsMail && (
        <Alert mb={12} color="ink" variant="light" icon={<IconMailOff size={18} stroke={1.5} />}>
          {t('mail.notSent')}
        </Alert>
      )}
      {webhooks.length === 0 ? (
        <Text c="dimmed">{t('webhook.about')}</Text>
      ) : (
        <Rows label={t('webhook.title')}>
          {webhooks.map((webhook) => (
            <WebhookRow key={webhook.id} projectId={projectId} webhook={webhook} />
          ))}
        </Rows>
      )}
      <WebhookDialog projectId={projectId} opened={adding} onClose={() => setAdding(false)} />
    </Section>
  )
}
