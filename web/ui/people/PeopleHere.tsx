import { Tooltip } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { PersonMark, type Person } from './PersonMark.tsx'
import classes from './PersonMark.module.css'

/** Who is here now: each person once, however many tabs they have open; those past `most` as a number. */
export function PeopleHere({ people, most = 4 }: { people: readonly Person[]; most?: number }) {
  const { t } = useTranslation('ui')
  const once = [...new Map(people.map((person) => [person.userId, person])).values()]
  if (once.length === 0) return null
  const rest = once.slice(most)
  return (
    <div className={classes.row} role="group" aria-label={t('peopleHere', { count: once.length })}>
      {once.slice(0, most).map((person) => (
        <PersonMark key={person.userId} person={person} size={26} alone />
      ))}
      {rest.length > 0 && (
        <Tooltip label={rest.map((person) => person.name).join(', ')}>
          <span className={classes.more}>+{rest.length}</span>
        </Tooltip>
      )}
    </div>
  )
}
