import type { SignatureStatement } from '../../shared/signoff.ts'
import type { wordingIn } from './wording.ts'

/** How a signer came in, and whether from the browser of another signature, as print and Markdown say it; '' for older ones. */
export function signInWords(
  statement: SignatureStatement,
  all: SignatureStatement[],
  t: ReturnType<typeof wordingIn>,
): string {
  if (statement.version !== 3) return ''
  const { signIn, browser, signer } = statement
  const isShared = all.some(
    (one) =>
      one.version === 3 && one.signer.side !== signer.side && browser !== null && one.browser === browser,
  )
  return [
    t('signIn.account'),
    t(`signIn.${signIn.address}`),
    signIn.guestLink && t('signIn.guestLink', { side: t(`side.${signIn.guestLink}`) }),
    signIn.passwordSetBy && t('signIn.operator'),
    isShared && t('signIn.sameBrowser'),
  ]
    .filter(Boolean)
    .join(' · ')
}
