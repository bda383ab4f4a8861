import { Button } from '@mantine/core'
import { useQueryErrorResetBoundary } from '@tanstack/react-query'
import { Link, useRouter, type ErrorComponentProps } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { ErrorState } from '../../ui/feedback/ErrorState.tsx'
import { TopBar } from '../../ui/layout/TopBar.tsx'

/** A page whose data did not come: no access, offline or a fault, with a way on. */
export function FailedPage({ error, reset }: ErrorComponentProps) {
  const { t } = useTranslation('ui')
  const router = useRouter()
  const queries = useQueryErrorResetBoundary()
  return (
    <>
      <TopBar where={[]} />
      <main>
        <ErrorState
          alone
          error={error}
          onRetry={() => {
            queries.reset()
            reset()
            void router.invalidate()
          }}
          actions={
            <Button variant="default" component={Link} to="/">
              {t('toProjects')}
            </Button>
          }
        />
      </main>
    </>
  )
}
