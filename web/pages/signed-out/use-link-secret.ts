import { useLocation } from '@tanstack/react-router'
import { useState } from 'react'
import { readSecret } from './link-secret.ts'

/** The secret behind the `#` of the page at `path`; it stays while the way on to another page is under way. */
export function useLinkSecret(path: string): string {
  const { pathname, hash } = useLocation()
  const given = readSecret(hash)
  const [secret, setSecret] = useState(given)
  if (pathname === path && given !== secret) setSecret(given)
  return secret
}
