import { Button, Group } from '@mantine/core'
import type { ReactNode } from 'react'
import { LeaveButton } from './LeaveButton.tsx'

interface FormEndProps {
  isSent: boolean
  onLeave: () => void
  disabled?: boolean
  /** What the button that sends the form says. */
  children: ReactNode
}

/** The end of a dialog's form: to leave it, or to send it. */
export const FormEnd = ({ isSent, onLeave, disabled = false, children }: FormEndProps) => (
  <Group justify="flex-end" gap={8}>
    <LeaveButton isSent={isSent} onClick={onLeave} />
    <Button type="submit" loading={isSent} disabled={disabled}>
      {children}
    </Button>
  </Group>
)
