import { Button } from '@mantine/core'
import { IconMapOff } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { EmptyState } from '../../ui/feedback/EmptyState.tsx'
import { TopBar } from '../../ui/layout/TopBar.tsx'

/** An address that is none of ours. */
export function NotFoundPage() {
  const { t } = useTranslation('ui')
  return (
    <>
      <TopBar where={[]} />
      <main>
        <EmptyState
          alone
          mark={<IconMapOff size={32} stroke={1.4} aria-hidden />}
          title={t('notFound.title')}
          actions={
            <Button component={Link} to="/">
              {t('toProjects')}
            </Button>
          }
        >
          {t('notFound.text')}
        </EmptyState>
      </main>
    </>
  )
}
