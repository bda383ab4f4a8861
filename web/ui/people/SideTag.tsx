import { useTranslation } from 'react-i18next'
import type { Side } from '../../../shared/permissions.ts'
import classes from './SideTag.module.css'

/** A side by name, with its colour and its half of the seal's shape. */
export function SideTag({ side }: { side: Side }) {
  const { t } = useTranslation('ui')
  return (
    <span className={classes.tag} data-side={side}>
      {t(`side.${side}`)}
    </span>
  )
}
