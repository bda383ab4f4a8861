import { Outlet } from '@tanstack/react-router'
import { useAccount } from '../../accounts/account.ts'
import { Loading } from '../../ui/feedback/Loading.tsx'

/**
 * What every page of somebody who is signed in stands in. When their session ends, the page goes before it reads that
 * nobody is signed in; the router then leads to the door.
 */
export function SignedIn() {
  return useAccount() ? <Outlet /> : <Loading />
}
