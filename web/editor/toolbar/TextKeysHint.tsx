import { useTranslation } from 'react-i18next'
import { Keys } from '../../ui/Keys.tsx'
import classes from './TextKeysHint.module.css'

/** Says which keys lead out of the text and to the tools; who has no keyboard is not told. */
export function TextKeysHint() {
  const { t } = useTranslation('editor')
  return (
    // the text itself says so to who hears it
    <p className={classes.hint} aria-hidden>
      <Keys keys={['Esc']} /> <Keys keys={['Tab']} /> {t('keys.leave')} · <Keys keys={['F10']} />{' '}
      {t('keys.tools')}
    </p>
  )
}
