import { Notifications } from '@mantine/notifications'
import { useRef } from 'react'
import { useToldHeight } from '../forms/told-height.ts'

/** Where notices stand. On a phone, what they would cover ends above them. */
export function Toasts() {
  const place = useRef<HTMLDivElement>(null)
  useToldHeight('--toasts', place, '[data-position="bottom-left"]')
  return (
    <div ref={place}>
      <Notifications position="bottom-left" limit={3} withinPortal={false} />
    </div>
  )
}
