import { ActionIcon, Tooltip } from '@mantine/core'
import type { Icon } from '@tabler/icons-react'
import { forwardRef } from 'react'
import { Keys } from './Keys.tsx'

export interface ToolProps {
  icon: Icon
  label: string
  keys?: string[]
  active?: boolean
  disabled?: boolean
  onClick?(): void
}

/** One button of a toolbar: an icon with its name and key, large enough for a thumb on a phone. */
export const Tool = forwardRef<HTMLButtonElement, ToolProps>(function Tool(
  { icon: Sign, label, keys, active, disabled, onClick, ...rest },
  ref,
) {
  return (
    <Tooltip
      label={
        <>
          {label} {keys && <Keys keys={keys} />}
        </>
      }
    >
      <ActionIcon
        {...rest}
        ref={ref}
        variant={active ? 'light' : 'subtle'}
        color="ink"
        size={32}
        aria-label={label}
        aria-pressed={active}
        disabled={disabled}
        // the text keeps its selection while a button is pressed
        onMouseDown={(event: React.MouseEvent) => event.preventDefault()}
        onClick={onClick}
      >
        <Sign size={18} stroke={1.6} aria-hidden />
      </ActionIcon>
    </Tooltip>
  )
})
