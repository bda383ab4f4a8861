import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useLayoutEffect } from 'react'
import { useTranslation } from 'react-i18next'
import type { AddressState } from '../../shared/accounts.ts'
import classes from '../ui/layout/PageBar.module.css'
import { useAskAgain } from './address.ts'

/** Says that an address is still to be confirmed, or is another's, and how; nothing else waits for it. */
export function AddressBar({
  email,
  state,
}: {
  email: string
  state: Exclude<AddressState, 'unneeded' | 'confirmed'>
}) {
  const { t } = useTranslation('accounts')
  const again = useAskAgain(email)
  useLayoutEffect(() => {
    const { dataset } = document.documentElement
    dataset.address = ''
    return () => void delete dataset.address
  }, [])
  const text = t(`address.${state}`, { email })
  return (
    <aside className={classes.bar} aria-label={t('address.title')}>
      <span className={classes.text} title={text}>
        {text}
      </span>
      {state === 'taken' ? (
        <Button variant="subtle" size="xs" px={8} renderRoot={(root) => <Link to="/settings" {...root} />}>
          {t('address.another')}
        </Button>
      ) : (
        <Button variant="subtle" size="xs" px={8} loading={again.isPending} onClick={() => again.mutate()}>
          {t(state === 'asked' ? 'address.again' : 'address.send')}
        </Button>
      )}
    </aside>
  )
}
