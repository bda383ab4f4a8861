import { OutgoingNote } from '../queue/OutgoingNote.tsx'
import type { Outgoing } from '../queue/outgoing.ts'
import { KindMark } from '../../ui/threads/KindMark.tsx'
import { SeverityMark } from '../../ui/threads/SeverityMark.tsx'
import { CommentView } from './CommentView.tsx'
import type { CardReview } from './card-review.ts'
import classes from './ThreadCard.module.css'
import quote from '../Quote.module.css'

/** A point that was raised here and is on its way to the server. */
export function OutgoingThread({ item, review }: { item: Outgoing; review: CardReview }) {
  const anchor = item.raises?.anchor
  return (
    <article
      className={classes.card}
      data-card={item.threadId}
      data-side={item.author.side}
      data-sending
      tabIndex={-1}
    >
      {item.raises && (
        <span className={classes.meta}>
          <SeverityMark severity={item.raises.severity} />
          <KindMark kind={item.raises.kind ?? 'comment'} />
        </span>
      )}
      {anchor && anchor.type !== 'project' && anchor.quote && (
        <blockquote className={quote.quote} data-side={item.author.side}>
          {anchor.quote}
        </blockquote>
      )}
      <CommentView comment={item} projectId={review.reviewer.projectId} onPoint={review.activate}>
        <OutgoingNote item={item} sending={review.sending} />
      </CommentView>
    </article>
  )
}
