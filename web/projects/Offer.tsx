import { useTranslation } from 'react-i18next'
import type { InviteOffer } from '../../shared/projects.ts'
import { Timestamp } from '../ui/Timestamp.tsx'
import { SideTag } from '../ui/people/SideTag.tsx'
import classes from './Offer.module.css'

/** What an invitation offers: by whom, for which side, with which rights, until when. */
export function Offer({ offer }: { offer: InviteOffer }) {
  const { t } = useTranslation('projects')
  return (
    <dl className={classes.offer}>
      <dt>{t('invite.from')}</dt>
      <dd>{offer.invitedBy}</dd>
      <dt>{t('side')}</dt>
      <dd>
        <SideTag side={offer.side} />
      </dd>
      <dt>{t('role')}</dt>
      <dd>
        {t(`ui:role.${offer.role}`)}
        <span className={classes.hint}>{t(`roleHint.${offer.role}`)}</span>
      </dd>
      <dt>{t('invite.until')}</dt>
      <dd>
        <Timestamp at={offer.expiresAt} exact />
      </dd>
    </dl>
  )
}
