import { useTranslation } from 'react-i18next'
import { can } from '../../shared/permissions.ts'
import type { Member } from '../../shared/projects.ts'
import type { RevisionSummary, Signature } from '../../shared/signoff.ts'
import { placesOf } from '../../shared/rules/signing-policy.ts'
import { Timestamp } from '../ui/Timestamp.tsx'
import { SideTag } from '../ui/people/SideTag.tsx'
import classes from './SignatureCards.module.css'

/** For each place that is to be signed: who signed, with which meaning and when, or who is awaited. */
export function SignatureCards({ revision, members }: { revision: RevisionSummary; members: Member[] }) {
  const { t } = useTranslation('signoff')
  const isVoid = revision.state === 'withdrawn'
  const isBroken = revision.integrity === 'broken'
  return (
    <div className={classes.cards}>
      {placesOf(revision.requiredSigners, revision.signatures).map(
        ({ signer: { side }, signature }, place) => {
          if (!signature) {
            const names = members
              .filter((member) => member.side === side && can(member.role, 'revision.sign', 'active'))
              .map((member) => member.name)
            return (
              <section key={place} className={classes.card}>
                <SideTag side={side} />
                <strong className={classes.faint}>{t(isVoid ? 'neverSigned' : 'awaited')}</strong>
                {!isVoid && (
                  <span className={classes.faint}>
                    {names.length ? t('awaitedFrom', { names: names.join(', ') }) : t('awaitedNobody')}
                  </span>
                )}
              </section>
            )
          }
          const counts = !isVoid && !isBroken && !signature.lapsed
          return (
            <section key={place} className={classes.card} data-signed={counts}>
              <SideTag side={side} />
              <strong>{signature.name}</strong>
              {signature.firm && <span>{signature.firm}</span>}
              <span className={classes.faint}>
                {t(`meaningShort.${signature.meaning}`)} · <Timestamp at={signature.signedAt} zoned />
              </span>
              <SignInWords signature={signature} />
              {!counts && <span className={classes.void}>{t(isBroken ? 'broken.card' : 'void')}</span>}
            </section>
          )
        },
      )}
    </div>
  )
}

/** How the signer came in, as far as it was recorded, and whether from the other signer's browser. */
function SignInWords({ signature: { signIn, sameBrowser } }: { signature: Signature }) {
  const { t } = useTranslation('signoff')
  return (
    <>
      {signIn && (
        <span className={classes.faint}>
          {t('signIn.account')} · {t(`signIn.${signIn.address}`)}
          {signIn.guestLink && ` · ${t('signIn.guestLink', { side: t(`ui:side.${signIn.guestLink}`) })}`}
          {signIn.passwordSetBy && ` · ${t('signIn.operator')}`}
        </span>
      )}
      {sameBrowser && <strong className={classes.same}>{t('signIn.sameBrowser')}</strong>}
    </>
  )
}
