import { TextInput } from '@mantine/core'
import type { UseFormReturnType } from '@mantine/form'
import { useTranslation } from 'react-i18next'

/** Name and firm as they will stand in signatures. */
export function NameFields<Values extends { name: string; firm: string }>({
  form,
  autoFocus = false,
}: {
  form: Pick<UseFormReturnType<Values>, 'getInputProps'>
  autoFocus?: boolean
}) {
  const { t } = useTranslation('accounts')
  return (
    <>
      <TextInput
        autoFocus={autoFocus}
        label={t('name')}
        autoComplete="name"
        {...form.getInputProps('name')}
      />
      <TextInput
        label={t('firm')}
        description={t('firmHint')}
        autoComplete="organization"
        {...form.getInputProps('firm')}
      />
    </>
  )
}
