import { Button } from '@mantine/core'
import { IconAlertTriangle, IconCloudOff, IconLock } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError, isLost } from '../../api.ts'
import { EmptyState } from './EmptyState.tsx'
import { useErrorText } from './error-text.ts'

export interface ErrorStateProps {
  error: unknown
  /** Asks again; gives the view a button. */
  onRetry?: () => void
  /** Other ways out. */
  actions?: ReactNode
  /** True when nothing else stands on the page. */
  alone?: boolean
}

/** A view that could not be shown: no access, offline, or a failure, each in words and with a way on. */
export function ErrorState({ error, onRetry, actions, alone }: ErrorStateProps) {
  const { t } = useTranslation('ui')
  const text = useErrorText()
  const code = error instanceof ApiError ? error.code : 'internal'
  const kind = isLost(error)
    ? 'offline'
    : code === 'not_found' || code === 'not_allowed'
      ? 'noAccess'
      : 'failed'
  const Icon = { offline: IconCloudOff, noAccess: IconLock, failed: IconAlertTriangle }[kind]
  return (
    <div role="alert">
      <EmptyState
        alone={alone}
        mark={<Icon size={32} stroke={1.4} aria-hidden />}
        title={t(`state.${kind}`)}
        actions={
          <>
            {onRetry && kind !== 'noAccess' && <Button onClick={onRetry}>{t('retry')}</Button>}
            {actions}
          </>
        }
      >
        {text(error)}
      </EmptyState>
    </div>
  )
}
