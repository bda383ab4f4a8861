import { Radio, SegmentedControl, Select, Stack, Text } from '@mantine/core'
import type { UseFormReturnType } from '@mantine/form'
import { useTranslation } from 'react-i18next'
import { sides, type Role, type Side } from '../../../shared/permissions.ts'

const days = ['1', '7', '14', '30', '90']

interface LinkTerms {
  side: Side
  role: Role
  days: string
}

/** On which side a link brings somebody in, with which role, and for how many days it works. */
export function LinkTermsFields<Values extends LinkTerms>({
  form,
  labels,
  roles,
  hintOf,
}: {
  form: Pick<UseFormReturnType<Values>, 'getInputProps'>
  labels: { side: string; role: string }
  roles: readonly Values['role'][]
  hintOf: (role: Values['role']) => string
}) {
  const { t } = useTranslation('ui')
  return (
    <>
      <div>
        <Text fw={500} mb={4}>
          {labels.side}
        </Text>
        <SegmentedControl
          fullWidth
          aria-label={labels.side}
          data={sides.map((side) => ({ value: side, label: t(`side.${side}`) }))}
          {...form.getInputProps('side')}
        />
      </div>
      <Radio.Group label={labels.role} {...form.getInputProps('role')}>
        <Stack gap={8} mt={8}>
          {roles.map((role) => (
            <Radio key={role} value={role} label={t(`role.${role}`)} description={hintOf(role)} />
          ))}
        </Stack>
      </Radio.Group>
      <Select
        label={t('linkWorksFor')}
        allowDeselect={false}
        data={days.map((value) => ({ value, label: t('forDays', { count: Number(value) }) }))}
        {...form.getInputProps('days')}
      />
    </>
  )
}
