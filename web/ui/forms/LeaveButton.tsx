import { Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'

/** Leaves a form. What was sent goes on all the same, so from then on the button does not say that it is cancelled. */
export function LeaveButton({ isSent, onClick }: { isSent: boolean; onClick(): void }) {
  const { t } = useTranslation('ui')
  return (
    <Button variant="default" onClick={onClick}>
      {t(isSent ? 'close' : 'cancel')}
    </Button>
  )
}
