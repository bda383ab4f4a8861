import { Button, Group, Stack, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { CopyButton } from './CopyButton.tsx'
import classes from './ShownOnce.module.css'

interface ShownOnceProps {
  /** What nobody can read again later. */
  value: string
  testId: string
  /** What it is for, and what the button says that copies it. */
  ready: string
  copy: string
  onClose: () => void
}

/** A secret that was just made, to be copied now: it is kept nowhere. */
export function ShownOnce({ value, testId, ready, copy, onClose }: ShownOnceProps) {
  const { t } = useTranslation('ui')
  return (
    <Stack>
      <Text>{ready}</Text>
      <code className={classes.secret} data-testid={testId}>
        {value}
      </code>
      <Group justify="flex-end" gap={8}>
        <Button variant="default" onClick={onClose}>
          {t('done')}
        </Button>
        <CopyButton value={value} data-autofocus>
          {copy}
        </CopyButton>
      </Group>
    </Stack>
  )
}
