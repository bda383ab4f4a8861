import { useHotkeys, useLocalStorage } from '@mantine/hooks'
import { useState } from 'react'

export type PaneName = 'left' | 'middle' | 'right'

export interface PanesState {
  open: { left: boolean; right: boolean }
  /** The one pane that a phone shows. */
  phone: PaneName
  /** Brings a pane into view, unfolded on a wide screen, in front on a phone. */
  show(pane: PaneName): void
  toggle(pane: 'left' | 'right'): void
}

/** Below this width (CSS pixels) both side panes lie over the sheet, so they start folded. */
const roomy = 1100

/** Which panes are open, remembered in this browser, with their keys: Ctrl/⌘ \ left, Ctrl/⌘ . right. */
export function usePanes(): PanesState {
  const wide = window.innerWidth >= roomy
  const [open, setOpen] = useLocalStorage({
    key: 'panes',
    defaultValue: { left: wide, right: wide },
    getInitialValueInEffect: false,
  })
  const [phone, setPhone] = useState<PaneName>('middle')
  const toggle = (pane: 'left' | 'right') => setOpen((now) => ({ ...now, [pane]: !now[pane] }))
  useHotkeys(
    [
      ['mod+\\', () => toggle('left')],
      ['mod+.', () => toggle('right')],
    ],
    [],
    true,
  )
  return {
    open,
    phone,
    toggle,
    show(pane) {
      setPhone(pane)
      if (pane !== 'middle') setOpen((now) => ({ ...now, [pane]: true }))
    },
  }
}
