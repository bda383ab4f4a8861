import { useQuery } from '@tanstack/react-query'
import { accountQuery } from '../../accounts/account.ts'
import { AddressBar } from '../../accounts/AddressBar.tsx'
import { addressQuery } from '../../accounts/address.ts'

/** Asked once in a while: another device, or the mail's own page, may have answered. */
const freshMs = 300_000

/** The word about an address that is still to be confirmed; nothing where it is, or need not be. */
export function MyAddressBar() {
  const user = useQuery(accountQuery).data
  const hasAddress = user !== undefined && user !== null && user.email !== null
  const { data } = useQuery({ ...addressQuery, enabled: hasAddress, staleTime: freshMs })
  if (!hasAddress || !data || data.state === 'unneeded' || data.state === 'confirmed') return null
  return <AddressBar email={data.email} state={data.state} />
}
