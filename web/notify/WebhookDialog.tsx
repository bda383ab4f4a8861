import { Button, Group, Modal, PasswordInput, Select, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { needsSecret, webhookKinds, type WebhookKind } from '../../shared/notify.ts'
import { api, call } from '../api.ts'
import { LeaveButton } from '../ui/forms/LeaveButton.tsx'
import { tellAtField } from '../ui/forms/field-refusals.ts'
import { webhooksQuery } from './webhook-query.ts'

interface WebhookDialogProps {
  projectId: string
  opened: boolean
  onClose(): void
}

/** A new receiver of the project's news. */
export function WebhookDialog({ projectId, opened, onClose }: WebhookDialogProps) {
  const { t } = useTranslation('notify')
  const queryClient = useQueryClient()
  const form = useForm({ initialValues: { kind: 'wecom' as WebhookKind, url: '', secret: '' } })
  const add = useMutation({
    mutationFn: (json: typeof form.values) =>
      call(api.projects[':projectId'].webhooks.$post({ param: { projectId }, json })),
    onSuccess: () => {
      form.reset()
      onClose()
    },
    onError: tellAtField(form),
    onSettled: () => queryClient.invalidateQueries({ queryKey: webhooksQuery(projectId).queryKey }),
  })
  const { kind, url, secret } = form.values
  const isReady = url.trim() !== '' && (secret.trim() !== '' || !needsSecret(kind))
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('webhook.title')}
      closeButtonProps={{ 'aria-label': t('ui:close') }}
    >
      <form noValidate onSubmit={form.onSubmit((values) => add.mutate(values))}>
        <Stack>
          <Select
            label={t('webhook.kindLabel')}
            allowDeselect={false}
            data={webhookKinds.map((value) => ({ value, label: t(`webhook.kind.${value}`) }))}
            {...form.getInputProps('kind')}
          />
          <TextInput
            label={t('webhook.url')}
            type="url"
            placeholder="https://"
            autoComplete="off"
            {...form.getInputProps('url')}
          />
          <PasswordInput
            label={t('webhook.secret')}
            description={t(`webhook.secretHint.${kind}`)}
            autoComplete="off"
            disabled={kind === 'wecom'}
            required={needsSecret(kind)}
            {...form.getInputProps('secret')}
          />
          <Group justify="flex-end">
            <LeaveButton isSent={add.isPending} onClick={onClose} />
            <Button type="submit" loading={add.isPending} disabled={!isReady}>
              {t('webhook.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
