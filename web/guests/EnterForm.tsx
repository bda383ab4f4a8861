import { Alert, Button, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { enterAsGuest, type GuestOffer } from '../../shared/guests.ts'
import { api, ApiError, call } from '../api.ts'
import { currentLocale } from '../i18n.ts'
import { useErrorText } from '../ui/feedback/error-text.ts'

interface EnterFormProps {
  token: string
  offer: GuestOffer
  /** Who is signed in here already, by name; they come in as who they are. */
  known: string | null
  onEntered: (projectId: string) => Promise<void>
}

/** The field that a refusal speaks of; who is a guest elsewhere already has none for their name. */
function fieldOf(error: unknown, asksName: boolean): 'name' | 'code' | null {
  if (!(error instanceof ApiError)) return null
  if (error.code === 'guest_code_wrong') return 'code'
  return error.code === 'guest_name_taken' && asksName ? 'name' : null
}

/** The guest's way in: a name, and a code where the link has one. */
export function EnterForm({ token, offer, known, onEntered }: EnterFormProps) {
  const { t } = useTranslation('guests')
  const errorText = useErrorText()
  const asksName = offer.state === 'new' && known === null
  const form = useForm({
    initialValues: { name: '', code: '' },
    validate: {
      name: (value) =>
        !asksName || enterAsGuest.shape.name.unwrap().safeParse(value).success ? null : t('nameMissing'),
      code: (value) => (!offer.needsCode || value.trim() !== '' ? null : t('codeMissing')),
    },
  })
  const enter = useMutation({
    mutationFn: ({ name, code }: typeof form.values) =>
      call(
        api.guests.enter.$post({
          json: {
            token,
            locale: currentLocale(),
            ...(asksName && { name }),
            ...(offer.needsCode && { code }),
          },
        }),
      ),
    onSuccess: ({ projectId }) => onEntered(projectId),
    onError: (error) => {
      if (!(error instanceof ApiError)) return
      if (error.code === 'already_member') void onEntered(String(error.params.projectId))
      const field = fieldOf(error, asksName)
      if (field) form.setFieldError(field, errorText(error))
    },
  })
  const inField = fieldOf(enter.error, asksName) !== null
  return (
    <form noValidate onSubmit={form.onSubmit((values) => enter.mutate(values))}>
      <Stack>
        {enter.error && !inField && (
          <Alert color="seal" variant="light" role="alert">
            {errorText(enter.error)}
          </Alert>
        )}
        {offer.state === 'moving' && <Text>{t('moving')}</Text>}
        {offer.state === 'returning' && <Text>{t('returning')}</Text>}
        {known !== null && offer.state !== 'moving' && <Text c="dimmed">{t('as', { name: known })}</Text>}
        {asksName && (
          <TextInput
            label={t('yourName')}
            description={t('nameHint')}
            autoComplete="name"
            size="md"
            {...form.getInputProps('name')}
          />
        )}
        {offer.needsCode && (
          <TextInput
            label={t('codeAsked')}
            description={t('codeAskedHint')}
            autoComplete="one-time-code"
            size="md"
            {...form.getInputProps('code')}
          />
        )}
        <Button type="submit" size="md" loading={enter.isPending}>
          {t('enter')}
        </Button>
      </Stack>
    </form>
  )
}
