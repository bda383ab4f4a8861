import { useNetwork } from '@mantine/hooks'
import { IconCloudOff } from '@tabler/icons-react'
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { useMessageHeight } from '../forms/message-height.ts'
import classes from './OfflineBar.module.css'

/** Says, as long as it lasts, that this device has no network and what that means. */
export const OfflineBar = (props: OfflineBarProps) => (useNetwork().online ? null : <Offline {...props} />)

interface OfflineBarProps {
  /** False where this browser does not keep what is written. */
  kept: boolean
}

function Offline({ kept }: OfflineBarProps) {
  const { t } = useTranslation('ui')
  const bar = useRef<HTMLDivElement>(null)
  useMessageHeight('--offline', bar)
  return (
    <div ref={bar} className={classes.bar} role="status">
      <IconCloudOff size={16} stroke={1.5} aria-hidden />
      {t(kept ? 'offline' : 'offlineNotKept')}
    </div>
  )
}
