import { Fragment, type ReactNode } from 'react'
import type { CommentContent } from '../../../shared/comment/content.ts'
import { isSafeLink } from '../../../shared/document/safe-link.ts'
import { withBreaks } from '../../ui/text/broken-runs.ts'
import { fileAddress } from '../../ui/files/file-address.ts'
import { WaitingPicture } from '../pictures/WaitingPicture.tsx'
import { isWaiting } from '../pictures/waiting-pictures.ts'
import classes from './CommentText.module.css'

interface Piece {
  type?: string
  text?: string
  attrs?: Record<string, unknown>
  marks?: { type: string; attrs?: Record<string, unknown> }[]
  content?: Piece[]
}

interface CommentTextProps {
  content: CommentContent
  projectId: string
  /** Goes to another point that the comment links to. */
  onPoint(threadId: string): void
}

/** A rich comment to read. What the comment schema does not know is not shown. */
export function CommentText({ content, projectId, onPoint }: CommentTextProps) {
  const inside = (piece: Piece): ReactNode =>
    // the place is all that tells one piece from another, and a comment is drawn anew when it is edited
    piece.content?.map((child, at) => <Fragment key={at}>{draw(child)}</Fragment>)
  const draw = (piece: Piece): ReactNode => {
    const { type, attrs = {} } = piece
    if (type === 'paragraph') return <p>{inside(piece)}</p>
    if (type === 'bulletList') return <ul>{inside(piece)}</ul>
    if (type === 'orderedList') return <ol start={Number(attrs.start) || 1}>{inside(piece)}</ol>
    if (type === 'listItem') return <li>{inside(piece)}</li>
    if (type === 'hardBreak') return <br />
    if (type === 'text') return drawText(piece)
    if (type === 'mention') return <b className={classes.mention}>@{String(attrs.label)}</b>
    if (type === 'pointLink') {
      return (
        <button type="button" className={classes.point} onClick={() => onPoint(String(attrs.threadId))}>
          #{String(attrs.number)}
        </button>
      )
    }
    if (type !== 'imageFile') return null
    if (isWaiting(attrs.sha256)) {
      return (
        <span className={classes.picture}>
          <WaitingPicture id={attrs.sha256} alt={String(attrs.alt)} />
        </span>
      )
    }
    const address = fileAddress(projectId, attrs.sha256)
    return (
      <a className={classes.picture} href={address} target="_blank" rel="noreferrer">
        <img src={address} alt={String(attrs.alt)} loading="lazy" />
      </a>
    )
  }
  return <div className={classes.text}>{inside(content as Piece)}</div>
}

function drawText({ text, marks = [] }: Piece): ReactNode {
  return marks.reduce<ReactNode>(
    (drawn, { type, attrs }) => {
      if (type === 'bold') return <strong>{drawn}</strong>
      if (type === 'italic') return <em>{drawn}</em>
      if (type === 'code') return <code>{drawn}</code>
      if (type === 'link' && isSafeLink(attrs?.href)) {
        return (
          <a href={attrs.href} target="_blank" rel="noreferrer noopener nofollow">
            {drawn}
          </a>
        )
      }
      return drawn
    },
    withBreaks(text ?? ''),
  )
}
