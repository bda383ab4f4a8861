import type { ReactNode } from 'react'
import classes from './Rows.module.css'

/** A list of rows between hairlines. */
export function Rows({ label, children }: { label: string; children: ReactNode }) {
  return (
    <ul className={classes.rows} aria-label={label}>
      {children}
    </ul>
  )
}

export interface RowProps {
  start?: ReactNode
  end?: ReactNode
  /** True when the end needs a line of its own on a phone. */
  endBelow?: boolean
  children: ReactNode
}

/** One row: a mark, what it is, and at its end what is known of it or can be done with it. */
export function Row({ start, end, endBelow = false, children }: RowProps) {
  return (
    <li className={classes.row}>
      {start}
      <div className={classes.body}>{children}</div>
      {end && (
        <div className={classes.end} data-below={endBelow}>
          {end}
        </div>
      )}
    </li>
  )
}
