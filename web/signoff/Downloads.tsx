import { Button, Group, Text } from '@mantine/core'
import { IconFileTypePdf, IconFileZip, IconMarkdown } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { RevisionSummary } from '../../shared/signoff.ts'
import { exportAddress } from './queries.ts'

/** The revision to take away: to read, to reuse, and to prove. */
export function Downloads({ revision }: { revision: RevisionSummary }) {
  const { t, i18n } = useTranslation('signoff')
  const address = (file: Parameters<typeof exportAddress>[1]) => exportAddress(revision, file, i18n.language)
  const icon = { size: 18, stroke: 1.5 }
  return (
    <div>
      <Group gap={8}>
        <Button
          component="a"
          variant="default"
          href={address('revision.pdf')}
          download
          leftSection={<IconFileTypePdf {...icon} />}
        >
          {t('download.pdf')}
        </Button>
        <Button
          component="a"
          variant="default"
          href={address('revision.md')}
          download
          leftSection={<IconMarkdown {...icon} />}
        >
          {t('download.markdown')}
        </Button>
        {revision.state === 'signed' && (
          <Button
            component="a"
            href={address('package.zip')}
            download
            leftSection={<IconFileZip {...icon} />}
          >
            {t('download.package')}
          </Button>
        )}
      </Group>
      {revision.state === 'sealing' && (
        <Text size="sm" c="dimmed" mt={8} role="status">
          {t('download.sealing')}
        </Text>
      )}
      {revision.state === 'open' && (
        <Text size="sm" c="dimmed" mt={8}>
          {t('download.packageLater')}
        </Text>
      )}
    </div>
  )
}
