import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { timesOf, type Comment, type Thread } from '../../../shared/review.ts'
import { refusalOfCommentChange } from '../../../shared/rules/thread-rules.ts'
import { withBreaks } from '../../ui/text/broken-runs.ts'
import { Timestamp } from '../../ui/Timestamp.tsx'
import { PersonMark } from '../../ui/people/PersonMark.tsx'
import { SideTag } from '../../ui/people/SideTag.tsx'
import { CommentText } from './CommentText.tsx'
import { EditedMark } from './EditedMark.tsx'
import { OwnComment } from './OwnComment.tsx'
import { EditComment } from './EditComment.tsx'
import type { CardReview } from './card-review.ts'
import classes from './CommentView.module.css'
import byline from '../Byline.module.css'

type Shown = Pick<Comment, 'author' | 'body' | 'content' | 'createdAt' | 'draft'> & Partial<Comment>

interface CommentViewProps {
  comment: Shown
  projectId: string
  onPoint(threadId: string): void
  /** What stands at the end of the line with the name. */
  end?: ReactNode
  /** In place of its words. */
  instead?: ReactNode
  children?: ReactNode
}

/** A comment with the name and side that the server stamped; withdrawn, only that it was. */
export function CommentView({ comment, projectId, onPoint, end, instead, children }: CommentViewProps) {
  const { t } = useTranslation('review')
  const { author, body, content, withdrawnAt, draft } = comment
  const { written, sent } = timesOf(comment)
  const words = () => {
    if (withdrawnAt) return <p className={classes.withdrawn}>{t('withdrawn')}</p>
    if (!content) return <p className={classes.body}>{withBreaks(body)}</p>
    return (
      <div className={classes.body}>
        <CommentText content={content} projectId={projectId} onPoint={onPoint} />
      </div>
    )
  }
  return (
    <div className={byline.said} data-draft={draft}>
      <PersonMark person={author} size={24} />
      <div className={byline.words}>
        <p className={byline.byline}>
          <b>{author.name}</b>
          <SideTag side={author.side} />
          <span className={byline.when}>
            {written && sent && `${t('written')} `}
            {written && <Timestamp at={written} />}
            {written && sent && ` · ${t('sent')} `}
            {sent && <Timestamp at={sent} />}
          </span>
          {draft && <span className={byline.when}>{t('draft')}</span>}
          {end}
        </p>
        {instead || words()}
        {children}
      </div>
    </div>
  )
}

/** A comment of a point; its author may change or withdraw it while the point is open, a draft at any time. */
export function CommentOf(
  props: { comment: Comment; thread: Thread; isActive: boolean } & Pick<CardReview, 'reviewer' | 'activate'>,
) {
  const { comment, thread, reviewer, activate, isActive } = props
  const isOwn = comment.author.userId === reviewer.me.userId
  const [editing, setEditing] = useState<'now' | 'earlier' | null>(() =>
    isOwn && reviewer.canWrite && reviewer.autosave.get('edit', comment.id) ? 'earlier' : null,
  )
  const said = { ...comment, authorId: comment.author.userId }
  const changes = isActive && reviewer.canWrite && !refusalOfCommentChange(thread, said, reviewer.me.userId)
  return (
    <CommentView
      comment={comment}
      projectId={reviewer.projectId}
      onPoint={activate}
      end={
        <>
          {comment.editedAt && !comment.withdrawnAt && <EditedMark comment={comment} thread={thread} />}
          {changes && !editing && (
            <OwnComment comment={comment} thread={thread} onEdit={() => setEditing('now')} />
          )}
        </>
      }
      instead={
        editing &&
        !comment.withdrawnAt && (
          <EditComment
            comment={comment}
            thread={thread}
            reviewer={reviewer}
            autoFocus={editing === 'now'}
            onDone={() => setEditing(null)}
          />
        )
      }
    />
  )
}
