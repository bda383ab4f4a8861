import { createContext, useContext } from 'react'
import { useTranslation } from 'react-i18next'
import classes from './NewMark.module.css'

/** Whose eyes look, and since when something is new to them. */
export interface LastVisit {
  userId: string
  since: string
}

/** Null where nothing is marked. */
export const NewSince = createContext<LastVisit | null>(null)

interface DatedComment {
  createdAt: string
  author: { userId: string }
}

/** True when somebody else said some of it since the reader was here. */
export const isNewTo = (reader: LastVisit | null, said: readonly DatedComment[]): boolean =>
  reader !== null &&
  said.some(({ createdAt, author }) => createdAt > reader.since && author.userId !== reader.userId)

/** Marks what holds something that others said since the reader was here. */
export function NewMark({ said }: { said: readonly DatedComment[] }) {
  const { t } = useTranslation('ui')
  const reader = useContext(NewSince)
  return isNewTo(reader, said) ? <span className={classes.mark}>{t('new')}</span> : null
}
