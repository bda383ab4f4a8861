import { Paper, Portal } from '@mantine/core'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { useObserved } from '../sync/use-room.ts'
import { slashMenu } from './slash-menu.ts'
import classes from './SlashMenuList.module.css'

const height = 320

/** The blocks that `/` offers, below the caret or above it where there is no room. */
export function SlashMenuList() {
  const { t } = useTranslation('editor')
  const menu = useObserved(slashMenu)
  const chosen = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    // newer browsers return a promise here, which an effect may not
    void chosen.current?.scrollIntoView({ block: 'nearest' })
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- the choice moves with the menu
  }, [menu])
  if (!menu?.place) return null
  const { place, items } = menu
  const above = place.bottom + height > window.innerHeight && place.top > height
  const left = Math.max(8, Math.min(place.left, window.innerWidth - 288))
  return (
    <Portal>
      <Paper
        className={classes.list}
        shadow="md"
        role="listbox"
        aria-label={t('slash')}
        style={above ? { left, bottom: window.innerHeight - place.top + 6 } : { left, top: place.bottom + 6 }}
      >
        {items.length === 0 && <p className={classes.none}>{t('slashNone')}</p>}
        {items.map((block, at) => (
          <button
            key={block.id}
            ref={at === menu.chosen ? chosen : undefined}
            type="button"
            role="option"
            aria-selected={at === menu.chosen}
            className={classes.item}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => menu.choose(block)}
          >
            <block.icon size={18} stroke={1.5} aria-hidden />
            <span>{t(`block.${block.id}`)}</span>
            {block.hint && <kbd>{block.hint}</kbd>}
          </button>
        ))}
      </Paper>
    </Portal>
  )
}
