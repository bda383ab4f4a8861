import { createContext, useContext } from 'react'
import { useTranslation } from 'react-i18next'
import classes from './NewMark.module.css'

/** Whose eyes look, and since when something is new to them; null where nothing is marked. */
export const NewSince = createContext<{ userId: string; since: string } | null>(null)

interface Said {
  createdAt: string
  author: { userId: string }
}

/** Marks what holds something that others said since the reader was here. */
export function NewMark({ said }: { said: readonly Said[] }) {
  const { t } = useTranslation('ui')
  const reader = useContext(NewSince)
  const isNew =
    reader !== null &&
    said.some(({ createdAt, author }) => createdAt > reader.since && author.userId !== reader.userId)
  return isNew ? <span className={classes.mark}>{t('new')}</span> : null
}
