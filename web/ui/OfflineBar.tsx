import { useNetwork } from '@mantine/hooks'
import { IconCloudOff } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import classes from './OfflineBar.module.css'

/** Says, as long as it lasts, that this device has no network and what that means. */
export function OfflineBar() {
  const { t } = useTranslation('ui')
  if (useNetwork().online) return null
  return (
    <div className={classes.bar} role="status">
      <IconCloudOff size={16} stroke={1.5} aria-hidden />
      {t('offline')}
    </div>
  )
}
