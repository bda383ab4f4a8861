import type { ReadStatement } from '../signoff/signed-versions.ts'
import type { wordingIn } from './wording.ts'

/** How a signer came in, and whether from the browser of another signature, as print and Markdown say it; '' for older ones. */
export function signInWords(
  statement: ReadStatement,
  all: ReadStatement[],
  t: ReturnType<typeof wordingIn>,
): string {
  const { signIn, browser, signer } = statement
  if (!signIn) return ''
  const isShared = all.some(
    (one) => one.signer.userId !== signer.userId && browser !== null && one.browser === browser,
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
