import { Anchor } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiReference, descriptionAddress } from '../reference/ApiReference.tsx'
import { LanguageSwitch } from '../ui/language/LanguageSwitch.tsx'
import { TopBar } from '../ui/layout/TopBar.tsx'
import classes from './ReferencePage.module.css'

/** What programs can ask of the server, for whoever writes one; there is no need to be signed in. */
export function ReferencePage() {
  const { t } = useTranslation('tokens')
  const title = t('reference.title')
  useEffect(() => {
    document.title = `${title} · ${t('ui:product')}`
  }, [title, t])
  return (
    <>
      <TopBar where={[{ label: title }]} menu={<LanguageSwitch />} />
      {/* what is shown below has the main part of the page in it */}
      <div className={classes.page}>
        <h1>{title}</h1>
        <p>{t('reference.lead')}</p>
        <p>
          <Link to="/settings">{t('reference.makeToken')}</Link> ·{' '}
          <Anchor href={descriptionAddress}>{t('reference.document')}</Anchor>
        </p>
        <ApiReference />
      </div>
    </>
  )
}
