import { Notifications } from '@mantine/notifications'
import { useRef } from 'react'
import { useMessageHeight } from '../forms/message-height.ts'

/** Where notices stand. On a phone, what they would cover ends above them. */
export function Toasts() {
  const place = useRef<HTMLDivElement>(null)
  useMessageHeight('--toasts', place, '[data-position="bottom-left"]')
  return (
    <div ref={place}>
      <Notifications position="bottom-left" limit={3} withinPortal={false} />
    </div>
  )
}
