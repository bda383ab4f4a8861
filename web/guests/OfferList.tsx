import { useTranslation } from 'react-i18next'
import type { GuestOffer } from '../../shared/guests.ts'
import { Timestamp } from '../ui/Timestamp.tsx'
import { SideTag } from '../ui/people/SideTag.tsx'
import classes from './Guests.module.css'

/** What a guest link offers: from whom, as what, which documents, until when. */
export function OfferList({ offer }: { offer: GuestOffer }) {
  const { t } = useTranslation('guests')
  return (
    <dl className={classes.offer}>
      <dt>{t('from')}</dt>
      <dd>{offer.invitedBy}</dd>
      <dt>{t('asRole')}</dt>
      <dd>
        <SideTag side={offer.side} /> · {t(`ui:role.${offer.role}`)}
        <div className={classes.more}>{t(`roleHint.${offer.role}`)}</div>
      </dd>
      {offer.resources.length > 0 && (
        <>
          <dt>{t('opens')}</dt>
          <dd>
            {offer.resources.map((title) => (
              <div key={title}>{title}</div>
            ))}
          </dd>
        </>
      )}
      <dt>{t('openUntil')}</dt>
      <dd>
        <Timestamp at={offer.expiresAt} exact />
      </dd>
    </dl>
  )
}
