import { Button, Group, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { isLost } from '../../api.ts'
import { useErrorText } from '../../ui/feedback/error-text.ts'
import { SignedOutLayout } from './SignedOutLayout.tsx'

/** Why an invitation or a guest link does not open, and the ways on from there. */
export function UnopenedLinkPage({
  title,
  error,
  onRetry,
}: {
  title: string
  /** Null: the link itself says why, as its end is missing. */
  error: Error | null
  onRetry?: () => void
}) {
  const { t } = useTranslation('ui')
  const errorText = useErrorText()
  return (
    <SignedOutLayout title={title}>
      <Text role="alert" mb="lg">
        {error ? errorText(error) : t('linkCut')}
      </Text>
      <Group gap={8}>
        {error && isLost(error) && <Button onClick={onRetry}>{t('retry')}</Button>}
        <Button variant="default" component={Link} to="/">
          {t('toProjects')}
        </Button>
      </Group>
    </SignedOutLayout>
  )
}
