import { Button, Group } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { CommentContent } from '../../../shared/comment/content.ts'
import { resourceOf, type Thread } from '../../../shared/review.ts'
import fieldClasses from '../composer/CommentField.module.css'
import { CommentField } from '../composer/CommentField.tsx'
import type { CardReview } from './card-review.ts'
import classes from './ThreadActions.module.css'

/** Writes a reply. What is begun waits on this device. */
export function ReplyField(props: { thread: Thread } & Pick<CardReview, 'reviewer' | 'sending'>) {
  const { thread, reviewer, sending } = props
  const { t } = useTranslation('review')
  const { autosave, projectId } = reviewer
  const { id } = thread
  const resourceId = resourceOf(thread.anchor)
  const [content, setContent] = useState<CommentContent | null>(
    () => autosave.get('reply', id)?.content ?? null,
  )
  const [sent, setSent] = useState(0)
  const write = (next: CommentContent | null) => {
    setContent(next)
    if (next) autosave.keep({ kind: 'reply', id, resourceId, content: next })
    else autosave.drop('reply', id)
  }
  const send = (draft: boolean) => {
    if (!content) return
    sending.reply(thread.id, { content, draft: draft || thread.draft })
    write(null)
    setSent(sent + 1)
  }
  return (
    <form
      className={classes.reply}
      onSubmit={(event) => {
        event.preventDefault()
        send(false)
      }}
    >
      <CommentField
        key={sent}
        projectId={projectId}
        ownerId={reviewer.me.userId}
        people={reviewer.peopleOn(thread.anchor)}
        label={t('reply.body')}
        placeholder={t('reply.placeholder')}
        first={content}
        // the next one is written in the same place
        autoFocus={sent > 0}
        onChange={write}
        onSend={() => send(false)}
        renderActions={(busy) =>
          content && (
            <Group gap={8} justify="flex-end" className={fieldClasses.actions}>
              {!thread.draft && (
                <Button variant="default" size="compact-sm" disabled={busy} onClick={() => send(true)}>
                  {t('compose.keep')}
                </Button>
              )}
              <Button type="submit" size="compact-sm" disabled={busy}>
                {t(thread.draft ? 'compose.keep' : 'reply.send')}
              </Button>
            </Group>
          )
        }
      />
    </form>
  )
}
