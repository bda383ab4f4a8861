import { Button, type ButtonProps } from '@mantine/core'
import { Link, useLocation } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'

/** Leads to the sign-in, and from there back to where one is. */
export function SignInAgain({ size }: Pick<ButtonProps, 'size'>) {
  const { t } = useTranslation('accounts')
  const next = useLocation({ select: ({ href }) => href })
  return (
    <Button size={size} renderRoot={(root) => <Link {...root} to="/sign-in" search={{ next }} />}>
      {t('signIn')}
    </Button>
  )
}
