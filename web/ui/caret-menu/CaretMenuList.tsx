import { Paper, Portal } from '@mantine/core'
import { useEffect, useRef, type ReactNode } from 'react'
import type { CaretMenu } from './caret-menu.ts'
import classes from './CaretMenuList.module.css'

/** As the style sheet has them (px). */
const [width, height] = [280, 320]

interface CaretMenuListProps<Item> {
  menu: CaretMenu<Item> | null
  label: string
  keyOf(item: Item): string
  /** What is said where nothing fits; left out, no list is shown then. */
  none?: string
  children(item: Item): ReactNode
}

/** An open list at a caret: below it, or above it where there is no room. */
export function CaretMenuList<Item>({ menu, label, keyOf, none, children }: CaretMenuListProps<Item>) {
  const chosen = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    // newer browsers return a promise here, which an effect may not
    void chosen.current?.scrollIntoView({ block: 'nearest' })
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- the choice moves with the menu
  }, [menu])
  if (!menu?.place || (menu.items.length === 0 && none === undefined)) return null
  const { place, items } = menu
  const above = place.bottom + height > window.innerHeight && place.top > height
  const left = Math.max(8, Math.min(place.left, window.innerWidth - width - 8))
  return (
    <Portal>
      <Paper
        className={classes.list}
        shadow="md"
        role="listbox"
        aria-label={label}
        style={above ? { left, bottom: window.innerHeight - place.top + 6 } : { left, top: place.bottom + 6 }}
      >
        {items.length === 0 && <p className={classes.none}>{none}</p>}
        {items.map((item, at) => (
          <button
            key={keyOf(item)}
            ref={at === menu.chosen ? chosen : undefined}
            type="button"
            role="option"
            aria-selected={at === menu.chosen}
            className={classes.item}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => menu.choose(item)}
          >
            {children(item)}
          </button>
        ))}
      </Paper>
    </Portal>
  )
}
