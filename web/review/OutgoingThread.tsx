import { OutgoingNote } from './OutgoingNote.tsx'
import type { Outbox, Outgoing } from './outbox.ts'
import { SeverityMark } from '../ui/SeverityMark.tsx'
import { Said } from './ThreadCard.tsx'
import classes from './ThreadPanel.module.css'

/** A point that was raised here and is on its way to the server. */
export function OutgoingThread({ item, outbox }: { item: Outgoing; outbox: Outbox }) {
  const anchor = item.raises?.anchor
  return (
    <article className={classes.card} data-side={item.author.side} data-sending>
      {item.raises && <SeverityMark severity={item.raises.severity} />}
      {anchor?.type === 'text' && (
        <blockquote className={classes.quote} data-side={item.author.side}>
          {anchor.quote}
        </blockquote>
      )}
      <Said comment={item}>
        <OutgoingNote item={item} outbox={outbox} />
      </Said>
    </article>
  )
}
