import { useEffect, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { AccountMenu } from '../../accounts/AccountMenu.tsx'
import { Bell } from '../../notify/Bell.tsx'
import { TopBar, type TopBarProps } from '../../ui/layout/TopBar.tsx'
import { MyAddressBar } from './MyAddressBar.tsx'
import { MyGuestBar } from './MyGuestBar.tsx'
import classes from './Page.module.css'

function Corner() {
  return (
    <>
      <Bell />
      <AccountMenu />
    </>
  )
}

export interface PageProps extends Omit<TopBarProps, 'menu'> {
  /** `reading`: a column of 960 px that scrolls. `full`: the page lays itself out below the bar. */
  layout?: 'reading' | 'full'
  children: ReactNode
}

/** A page of somebody who is signed in: the bar with the account's menu, and the window's title. */
export function Page({ layout = 'reading', children, ...bar }: PageProps) {
  const { t } = useTranslation('ui')
  const title = bar.where.at(-1)?.label
  useEffect(() => {
    document.title = title ? `${title} · ${t('product')}` : t('product')
  }, [title, t])
  return (
    <>
      <TopBar {...bar} menu={<Corner />} />
      <MyGuestBar />
      <MyAddressBar />
      {layout === 'full' ? children : <main className={classes.reading}>{children}</main>}
    </>
  )
}
