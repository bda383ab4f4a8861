import { Outlet } from '@tanstack/react-router'
import { OwnAccount, useAccount } from '../../accounts/account.ts'
import { Loading } from '../../ui/feedback/Loading.tsx'

/**
 * What every page of somebody who is signed in stands in. When their session ends the page goes, and the router leads to
 * the door.
 */
export function SignedIn() {
  const account = useAccount()
  if (!account) return <Loading />
  return (
    <OwnAccount value={account}>
      <Outlet />
    </OwnAccount>
  )
}
