import { useRef, type ReactNode } from 'react'
import { useOverlayAbove } from '../../ui/forms/overlay-height.ts'
import classes from './DocumentWorkspace.module.css'

/** What is told of one's own words stays in view wherever one writes, and takes less than half of it, however much it is. */
export function TextOverlay({ children }: { children: ReactNode }) {
  const place = useRef<HTMLDivElement>(null)
  useOverlayAbove(place)
  return (
    <div ref={place} className={classes.told} data-overlay-above-text>
      {children}
    </div>
  )
}
