import { Button, Group, Stack, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { CopyButton } from '../ui/CopyButton.tsx'
import classes from './Guests.module.css'

/** The link with its secret, shown this once. */
export function ReadyGuestLink({ token, onClose }: { token: string; onClose: () => void }) {
  const { t } = useTranslation('guests')
  const link = `${location.origin}/guest#${token}`
  return (
    <Stack>
      <Text>{t('ready')}</Text>
      <div className={classes.link} data-testid="guest-link">
        {link}
      </div>
      <Group justify="flex-end" gap={8}>
        <Button variant="default" onClick={onClose}>
          {t('done')}
        </Button>
        <CopyButton value={link} done={t('copied')} data-autofocus>
          {t('copy')}
        </CopyButton>
      </Group>
    </Stack>
  )
}
