import { Button, Group } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { contentOfText, type CommentContent } from '../../../shared/comment/content.ts'
import { resourceOf, type Comment, type Thread } from '../../../shared/review.ts'
import { api, call } from '../../api.ts'
import { tellError } from '../../ui/feedback/notices.ts'
import fieldClasses from '../composer/CommentField.module.css'
import { CommentField } from '../composer/CommentField.tsx'
import { mergeThread } from '../../sync/threads/thread-store.ts'
import type { Reviewer } from '../reviewer/use-reviewer.ts'

interface EditCommentProps {
  comment: Comment
  thread: Thread
  reviewer: Reviewer
  /** Left out where it was begun earlier: then it is shown and does not take the focus. */
  autoFocus?: boolean
  onDone(): void
}

/** Changes an own comment in its place. What is begun waits on this device, also after Escape. */
export function EditComment({ comment, thread, reviewer, autoFocus, onDone }: EditCommentProps) {
  const { t } = useTranslation('review')
  const queryClient = useQueryClient()
  const { autosave } = reviewer
  const { id } = comment
  const resourceId = resourceOf(thread.anchor)
  const [content, setContent] = useState<CommentContent | null>(
    () => autosave.get('edit', id)?.content ?? comment.content ?? contentOfText(comment.body),
  )
  const write = (next: CommentContent | null) => {
    setContent(next)
    if (next) autosave.keep({ kind: 'edit', id, resourceId, content: next })
    else autosave.drop('edit', id)
  }
  const end = () => {
    autosave.drop('edit', id)
    onDone()
  }
  const { mutate, isPending } = useMutation({
    mutationFn: (written: CommentContent) =>
      call(
        api.projects[':projectId'].threads[':threadId'].comments[':commentId'].$patch({
          param: { projectId: thread.projectId, threadId: thread.id, commentId: comment.id },
          json: { content: written },
        }),
      ),
    onSuccess: (saved, written) => {
      mergeThread(queryClient, saved.thread)
      // what was written on while this was on its way is not saved yet
      const now = autosave.get('edit', id)?.content ?? written
      if (JSON.stringify(now) === JSON.stringify(written)) end()
    },
    onError: tellError,
  })
  return (
    <CommentField
      projectId={reviewer.projectId}
      people={reviewer.peopleOn(thread.anchor)}
      label={t('own.field')}
      placeholder={t('own.field')}
      first={content}
      autoFocus={autoFocus}
      onChange={write}
      onSend={() => content && mutate(content)}
      onEscape={onDone}
      renderActions={(busy) => (
        <Group gap={8} justify="flex-end" className={fieldClasses.actions}>
          <Button variant="subtle" size="compact-sm" onClick={end}>
            {t('ui:cancel')}
          </Button>
          <Button
            size="compact-sm"
            loading={isPending}
            disabled={!content || busy}
            onClick={() => content && mutate(content)}
          >
            {t('own.save')}
          </Button>
        </Group>
      )}
    />
  )
}
