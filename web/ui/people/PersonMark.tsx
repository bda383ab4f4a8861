import { Tooltip } from '@mantine/core'
import type { Side } from '../../../shared/permissions.ts'
import { initials, personColour } from './person-colour.ts'
import classes from './PersonMark.module.css'

export interface Person {
  userId: string
  name: string
  side: Side
}

/** A person in a circle: initials in the colour of their side's family. `alone`: no name is written beside it. */
export function PersonMark({
  person,
  size = 24,
  alone = false,
}: {
  person: Person
  size?: number
  alone?: boolean
}) {
  const mark = (
    <span
      className={classes.mark}
      style={{
        width: size,
        height: size,
        fontSize: Math.round(size * 0.42),
        background: personColour(person.userId, person.side),
      }}
      {...(alone ? { role: 'img', 'aria-label': person.name } : { 'aria-hidden': true })}
    >
      {initials(person.name)}
    </span>
  )
  return alone ? <Tooltip label={person.name}>{mark}</Tooltip> : mark
}
