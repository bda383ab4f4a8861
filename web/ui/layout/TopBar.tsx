import { Link, type LinkProps } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { sides } from '../../../shared/permissions.ts'
import { InlineName } from '../forms/InlineName.tsx'
import { Seal } from '../Seal.tsx'
import classes from './TopBar.module.css'

/** A step on the way to where I am; the last one has no link. */
export interface Crumb {
  label: string
  link?: LinkProps
  /** Lets a person change the name where it stands. */
  rename?: { label: string; longest: number; onRename(name: string): void }
}

export interface TopBarProps {
  where: Crumb[]
  people?: ReactNode
  state?: ReactNode
  action?: ReactNode
  menu?: ReactNode
}

/** The one bar of 48 px: where I am · who is here · the save state · the one main action. */
export function TopBar({ where, people, state, action, menu }: TopBarProps) {
  const { t } = useTranslation('ui')
  return (
    <header className={classes.bar}>
      <nav className={classes.where} aria-label={t('whereAmI')}>
        <Link to="/" className={classes.home} aria-label={t('home')}>
          <Seal inked={sides} tone="ink" size={20} />
        </Link>
        {where.map((crumb, index) => (
          <span key={crumb.label} className={classes.crumb}>
            <span className={classes.slash} aria-hidden>
              /
            </span>
            {crumb.link ? (
              <Link {...crumb.link} className={classes.link}>
                {crumb.label}
              </Link>
            ) : (
              <span className={classes.here} {...(index === where.length - 1 && { 'aria-current': 'page' })}>
                {crumb.rename ? <InlineName name={crumb.label} {...crumb.rename} /> : crumb.label}
              </span>
            )}
          </span>
        ))}
      </nav>
      {people && <div className={classes.people}>{people}</div>}
      {state && <div className={classes.state}>{state}</div>}
      {action && <div className={classes.action}>{action}</div>}
      {menu && <div className={classes.menu}>{menu}</div>}
    </header>
  )
}
