import { UnstyledButton } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { locales } from '../../../shared/accounts.ts'
import { showLocale } from '../../i18n.ts'
import { languageNames } from './language-names.ts'
import classes from './LanguageSwitch.module.css'

/** Both languages by their own names; the one that is shown is marked. */
export function LanguageSwitch() {
  const { i18n } = useTranslation()
  return (
    <div className={classes.switch}>
      {locales.map((locale) => (
        <UnstyledButton
          key={locale}
          lang={locale}
          className={classes.language}
          aria-pressed={i18n.language === locale}
          onClick={() => void showLocale(locale)}
        >
          {languageNames[locale]}
        </UnstyledButton>
      ))}
    </div>
  )
}
