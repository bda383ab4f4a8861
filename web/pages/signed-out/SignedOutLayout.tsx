import { useEffect, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { sides } from '../../../shared/permissions.ts'
import { LanguageSwitch } from '../../ui/language/LanguageSwitch.tsx'
import { Seal } from '../../ui/Seal.tsx'
import classes from './SignedOutLayout.module.css'

/** A page for people who are not inside yet: the mark, one sheet of paper with what to fill in, the language. */
export function SignedOutLayout({
  title,
  lead,
  children,
}: {
  title: string
  lead?: ReactNode
  children: ReactNode
}) {
  const { t } = useTranslation('ui')
  useEffect(() => {
    document.title = `${title} · ${t('product')}`
  }, [title, t])
  return (
    <div className={classes.layout}>
      <header className={classes.top}>
        <span className={classes.mark}>
          <Seal inked={sides} tone="ink" size={22} />
          {t('product')}
        </span>
        <LanguageSwitch />
      </header>
      <main className={classes.sheet}>
        <h1>{title}</h1>
        {lead && <div className={classes.lead}>{lead}</div>}
        {children}
      </main>
    </div>
  )
}
