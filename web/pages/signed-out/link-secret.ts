/** How long the secret of an invitation or a guest link is: 32 bytes in base64url. */
const secretLength = 43

/** The secret in what stands behind the `#` of a link: what a chat or a mail put behind it (`。`, `>`, a line's end) goes. */
export function readSecret(hash: string): string {
  let written = hash
  try {
    written = decodeURIComponent(hash)
  } catch {
    // a lone % is no code
  }
  return /^\s*([\w-]+)/.exec(written)?.[1] ?? ''
}

/** True when the end of a link did not come along. */
export const isCut = (secret: string): boolean => secret.length < secretLength

/** The paths of pages whose secret stands behind a `#`, with that `#` written as a chat program or a person may write it. */
const written = /^\/(invite|guest|confirm-email|unsubscribe)(?:%23|#|＃|%EF%BC%83)(.+)$/i

/** The address that was meant by one whose `#` came along as another sign; null for any other. */
export function meantAddress({ pathname, hash }: Pick<Location, 'pathname' | 'hash'>): string | null {
  const [, page, secret] = written.exec(pathname) ?? []
  return page === undefined ? null : `/${page.toLowerCase()}#${secret}${hash}`
}
