import { Button } from '@mantine/core'
import { Link, useLocation } from '@tanstack/react-router'
import { useLayoutEffect } from 'react'
import { useTranslation } from 'react-i18next'
import classes from '../ui/layout/PageBar.module.css'

/** Says to a guest who they are here and, once it is known, how much they see, and offers the account that keeps it all. */
export function GuestBar({ name, documents }: { name: string; documents: number | undefined }) {
  const { t } = useTranslation('guests')
  const next = useLocation({ select: ({ href }) => href })
  useLayoutEffect(() => {
    const { dataset } = document.documentElement
    dataset.guest = ''
    return () => void delete dataset.guest
  }, [])
  return (
    <aside className={classes.bar} aria-label={t('title')}>
      <span className={classes.text}>
        <strong>{t('bar', { name })}</strong>
        {documents !== undefined && ` · ${t('sees', { count: documents })}`}
      </span>
      <Button
        variant="subtle"
        size="xs"
        px={8}
        renderRoot={(root) => <Link to="/claim" search={{ next }} {...root} />}
      >
        {t('toAccount')}
      </Button>
    </aside>
  )
}
