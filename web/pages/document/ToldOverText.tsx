import { useRef, type ReactNode } from 'react'
import { useToldAbove } from '../../ui/forms/told-above.ts'
import classes from './DocumentWorkspace.module.css'

/** What is told of one's own words stays in view wherever one writes, and takes less than half of it, however much it is. */
export function ToldOverText({ children }: { children: ReactNode }) {
  const place = useRef<HTMLDivElement>(null)
  useToldAbove(place)
  return (
    <div ref={place} className={classes.told} data-told-over-text>
      {children}
    </div>
  )
}
