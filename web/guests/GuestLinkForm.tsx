import { Checkbox, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { ResourceSummary } from '../../shared/projects.ts'
import { createGuestLink, guestCodeLength, guestRoles, type GuestRole } from '../../shared/guests.ts'
import type { Side } from '../../shared/permissions.ts'
import { api, call } from '../api.ts'
import { FormEnd } from '../ui/forms/FormEnd.tsx'
import { LinkTermsFields } from '../ui/forms/LinkTermsFields.tsx'
import { tellAtField } from '../ui/forms/field-refusals.ts'
import { guestLinksQuery } from './queries.ts'

interface GuestLinkFormProps {
  projectId: string
  resources: readonly ResourceSummary[]
  /** The side that is chosen at first. */
  side: Side
  onCancel: () => void
  onMade: (token: string) => void
}

/** For whom, into which documents, on which side, as what, for how long, with which code. */
export function GuestLinkForm({ projectId, resources, side, onCancel, onMade }: GuestLinkFormProps) {
  const { t } = useTranslation('guests')
  const queryClient = useQueryClient()
  const { label, code, resourceIds } = createGuestLink.shape
  const form = useForm({
    initialValues: {
      label: '',
      resourceIds: resources.length === 1 ? [resources[0]!.id] : ([] as string[]),
      side,
      role: 'reviewer' as GuestRole,
      days: '7',
      code: '',
    },
    validate: {
      label: (value) => (label.safeParse(value).success ? null : t('forMissing')),
      resourceIds: (value) => (resourceIds.safeParse(value).success ? null : t('documentsMissing')),
      code: (value) =>
        value === '' || code.safeParse(value).success ? null : t('codeWrong', guestCodeLength),
    },
  })
  const make = useMutation({
    mutationFn: (values: typeof form.values) =>
      call(
        api.projects[':projectId']['guest-links'].$post({
          param: { projectId },
          json: { ...values, days: Number(values.days), code: values.code || undefined },
        }),
      ),
    onSuccess: ({ token }) => {
      void queryClient.invalidateQueries({ queryKey: guestLinksQuery(projectId).queryKey })
      onMade(token)
    },
    onError: tellAtField(form),
  })
  return (
    <form noValidate onSubmit={form.onSubmit((values) => make.mutate(values))}>
      <Stack>
        <TextInput
          label={t('for')}
          description={t('forHint')}
          placeholder={t('forExample')}
          data-autofocus
          {...form.getInputProps('label')}
        />
        <Checkbox.Group label={t('documents')} {...form.getInputProps('resourceIds')}>
          <Stack gap={8} mt={8}>
            {resources.map(({ id, title }) => (
              <Checkbox key={id} value={id} label={title} />
            ))}
          </Stack>
        </Checkbox.Group>
        <LinkTermsFields
          form={form}
          labels={{ side: t('side'), role: t('role') }}
          roles={guestRoles}
          hintOf={(role) => t(`roleHint.${role}`)}
        />
        <TextInput
          label={t('code')}
          description={t('codeHint')}
          autoComplete="off"
          {...form.getInputProps('code')}
        />
        <FormEnd isSent={make.isPending} onLeave={onCancel}>
          {t('makeLink')}
        </FormEnd>
      </Stack>
    </form>
  )
}
