import { Button, Menu } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'

const formats = ['xlsx', 'csv', 'bcf'] as const

/** All points as a file, worded in the language that is shown. */
export function DownloadMenu({ projectId }: { projectId: string }) {
  const { t, i18n } = useTranslation('points')
  return (
    <Menu shadow="md" position="bottom-end">
      <Menu.Target>
        <Button variant="default" size="xs" leftSection={<IconDownload size={16} stroke={1.6} aria-hidden />}>
          {t('download.label')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('download.all')}</Menu.Label>
        {formats.map((format) => (
          <Menu.Item
            key={format}
            component="a"
            href={`/api/projects/${projectId}/threads.${format}?locale=${i18n.language}`}
            download
          >
            {t(`download.${format}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
