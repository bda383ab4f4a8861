import type { ReactNode } from 'react'
import classes from './states.module.css'

export interface EmptyStateProps {
  mark?: ReactNode
  title: string
  /** What to do first, in a sentence. */
  children?: ReactNode
  /** Buttons that do it. */
  actions?: ReactNode
}

/** A view with nothing in it yet: says what belongs here and offers the first step. */
export function EmptyState({ mark, title, children, actions }: EmptyStateProps) {
  return (
    <div className={classes.state}>
      {mark && <div className={classes.mark}>{mark}</div>}
      <h2>{title}</h2>
      {children && <p>{children}</p>}
      {actions && <div className={classes.actions}>{actions}</div>}
    </div>
  )
}
