import { Modal, Stack } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { roles, type Role, type Side } from '../../shared/permissions.ts'
import { api, call } from '../api.ts'
import { FormEnd } from '../ui/forms/FormEnd.tsx'
import { LinkTermsFields } from '../ui/forms/LinkTermsFields.tsx'
import { ShownOnce } from '../ui/files/ShownOnce.tsx'
import { tellError } from '../ui/feedback/notices.ts'
import { invitesQuery } from './queries.ts'

export interface InviteDialogProps {
  projectId: string
  /** The side that is chosen at first. */
  side: Side
  opened: boolean
  onClose: () => void
}

/** Makes a link that brings one person in, on a side and with a role, until it expires. */
export function InviteDialog({ projectId, side, opened, onClose }: InviteDialogProps) {
  const { t } = useTranslation('projects')
  return (
    <Modal opened={opened} onClose={onClose} title={t('invite.make')}>
      <InviteForm projectId={projectId} side={side} onClose={onClose} />
    </Modal>
  )
}

function InviteForm({ projectId, side, onClose }: Omit<InviteDialogProps, 'opened'>) {
  const { t } = useTranslation('projects')
  const queryClient = useQueryClient()
  const form = useForm({
    initialValues: { side, role: 'reviewer' as Role, days: '14' },
  })
  const make = useMutation({
    mutationFn: (values: typeof form.values) =>
      call(
        api.projects[':projectId'].invites.$post({
          param: { projectId },
          json: { ...values, days: Number(values.days) },
        }),
      ),
    onSuccess: () => void queryClient.invalidateQueries({ queryKey: invitesQuery(projectId).queryKey }),
    onError: tellError,
  })
  if (make.data)
    return (
      <ShownOnce
        value={`${location.origin}/invite#${make.data.token}`}
        testId="invite-link"
        ready={t('invite.ready')}
        copy={t('invite.copy')}
        onClose={onClose}
      />
    )
  return (
    <form onSubmit={form.onSubmit((values) => make.mutate(values))}>
      <Stack>
        <LinkTermsFields
          form={form}
          labels={{ side: t('side'), role: t('role') }}
          roles={roles}
          hintOf={(role) => t(`roleHint.${role}`)}
        />
        <FormEnd isSent={make.isPending} onLeave={onClose}>
          {t('invite.makeLink')}
        </FormEnd>
      </Stack>
    </form>
  )
}
