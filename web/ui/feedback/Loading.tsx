import { Center, Loader, VisuallyHidden } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import classes from '../layout/states.module.css'

/** Shown while a page or a list is on its way; it appears only after a moment, so that quick answers do not blink. */
export function Loading() {
  const { t } = useTranslation('ui')
  return (
    <Center className={classes.loading} role="status">
      <Loader size="sm" type="dots" color="var(--muted)" />
      <VisuallyHidden>{t('loading')}</VisuallyHidden>
    </Center>
  )
}
