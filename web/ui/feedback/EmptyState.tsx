import type { ReactNode } from 'react'
import classes from '../layout/states.module.css'

export interface EmptyStateProps {
  mark?: ReactNode
  title: string
  /** What to do first, in a sentence. */
  children?: ReactNode
  /** Buttons that do it. */
  actions?: ReactNode
  /** True when nothing else stands on the page: the title is the page's. */
  alone?: boolean
}

/** A view with nothing in it yet: says what belongs here and offers the first step. */
export function EmptyState({ mark, title, children, actions, alone }: EmptyStateProps) {
  return (
    <div className={classes.state}>
      {mark && <div className={classes.mark}>{mark}</div>}
      {alone ? <h1>{title}</h1> : <h2>{title}</h2>}
      {children && <p>{children}</p>}
      {actions && <div className={classes.actions}>{actions}</div>}
    </div>
  )
}
