import { Button, Group, Modal, PasswordInput, Select, Stack, Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Side } from '../../shared/permissions.ts'
import { meanings, type Meaning, type RevisionSummary } from '../../shared/signoff.ts'
import { api, ApiError, call } from '../api.ts'
import { useErrorText } from '../ui/feedback/error-text.ts'
import { LeaveButton } from '../ui/forms/LeaveButton.tsx'
import { tellError } from '../ui/feedback/notices.ts'
import { useIsOpen } from '../ui/use-is-open.ts'
import { Hash } from './Hash.tsx'
import { keepRevision, revisionsQuery } from './queries.ts'
import { tellSigned } from './tell-signed.ts'

interface SignDialogProps {
  revision: RevisionSummary
  signer: { name: string; firm: string; side: Side }
  onClose(): void
}

/** What exactly is signed, by whom and with which meaning; then the password. */
export function SignDialog({ revision, signer, onClose }: SignDialogProps) {
  const { t } = useTranslation('signoff')
  const errorText = useErrorText()
  const queryClient = useQueryClient()
  const [password, setPassword] = useState('')
  const [isMissing, setMissing] = useState(false)
  const field = useRef<HTMLInputElement>(null)
  const [meaning, setMeaning] = useState<Meaning>('approval')
  const { id: revisionId, projectId, letter } = revision
  const isOpen = useIsOpen()
  const signing = useMutation({
    mutationFn: () =>
      call(
        api.projects[':projectId'].revisions[':revisionId'].signatures.$post({
          param: { projectId, revisionId },
          json: { password, meaning, zone: Intl.DateTimeFormat().resolvedOptions().timeZone },
        }),
      ),
    onSuccess: ({ revision: signed }) => {
      keepRevision(queryClient, signed)
      tellSigned(queryClient, signed, t)
      onClose()
    },
    // Somebody else signed or withdrew meanwhile: show how it stands.
    onError: (error) => {
      if (!isOpen.current) tellError(error)
      void queryClient.invalidateQueries({ queryKey: revisionsQuery(projectId).queryKey, exact: true })
    },
  })
  const wrongPassword = signing.error instanceof ApiError && signing.error.code === 'wrong_password'
  return (
    <Modal opened onClose={onClose} title={t('sign.title', { letter })}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          setMissing(password === '')
          if (password === '') field.current?.focus()
          else signing.mutate()
        }}
      >
        <Stack gap={16}>
          <Text>{t('sign.what', { side: t(`ui:side.${signer.side}`) })}</Text>
          <div>
            <Text size="sm" c="dimmed" mb={4}>
              {t('sign.fingerprint')}
            </Text>
            <Hash value={revision.recordSha256} />
          </div>
          <div>
            <Text size="sm" c="dimmed">
              {t('sign.as')}
            </Text>
            <Text fw={500}>{[signer.name, signer.firm].filter(Boolean).join(' · ')}</Text>
          </div>
          <Select
            label={t('sign.meaning')}
            allowDeselect={false}
            data={meanings.map((value) => ({ value, label: t(`meaning.${value}`) }))}
            value={meaning}
            onChange={(value) => setMeaning(value as Meaning)}
          />
          <PasswordInput
            label={t('sign.password')}
            description={t('sign.passwordHint')}
            autoComplete="current-password"
            ref={field}
            data-autofocus
            required
            withAsterisk={false}
            value={password}
            onChange={(event) => {
              setPassword(event.currentTarget.value)
              setMissing(false)
            }}
            error={isMissing ? t('sign.passwordMissing') : wrongPassword && errorText(signing.error)}
          />
          {signing.error && !wrongPassword && (
            <Text role="alert" c="var(--seal)">
              {errorText(signing.error)}
            </Text>
          )}
          <Group justify="flex-end">
            <LeaveButton isSent={signing.isPending} onClick={onClose} />
            <Button type="submit" color="seal" loading={signing.isPending}>
              {t('sign.submit')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
