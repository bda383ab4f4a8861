import { useLocation } from '@tanstack/react-router'
import { useState } from 'react'

/** The secret behind the `#` of the page at `path`; it stays while the way on to another page is under way. */
export function useLinkSecret(path: string): string {
  const { pathname, hash } = useLocation()
  const [secret, setSecret] = useState(hash)
  if (pathname === path && hash !== secret) setSecret(hash)
  return secret
}
