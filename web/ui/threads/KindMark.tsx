import { useTranslation } from 'react-i18next'
import type { ThreadKind } from '../../../shared/review.ts'
import classes from './ThreadFields.module.css'

/** What kind of point it is; a plain comment goes without saying. */
export function KindMark({ kind }: { kind: ThreadKind }) {
  const { t } = useTranslation('review')
  return kind === 'comment' ? null : <span className={classes.kind}>{t(`kind.${kind}`)}</span>
}
