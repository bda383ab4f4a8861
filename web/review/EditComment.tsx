import { Button, Group } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { contentOfText, type CommentContent } from '../../shared/comment/content.ts'
import type { Comment, Thread } from '../../shared/review.ts'
import { api, call } from '../api.ts'
import { tellError } from '../ui/notices.ts'
import { CommentField } from './CommentField.tsx'
import { mergeThread } from './queries.ts'
import type { CardReview } from './use-review.ts'

interface EditCommentProps {
  comment: Comment
  thread: Thread
  review: CardReview
  onDone(): void
}

/** Changes an own comment in its place. */
export function EditComment({ comment, thread, review, onDone }: EditCommentProps) {
  const { t } = useTranslation('review')
  const queryClient = useQueryClient()
  const [content, setContent] = useState<CommentContent | null>(
    comment.content ?? contentOfText(comment.body),
  )
  const { mutate, isPending } = useMutation({
    mutationFn: (written: CommentContent) =>
      call(
        api.projects[':projectId'].threads[':threadId'].comments[':commentId'].$patch({
          param: { projectId: thread.projectId, threadId: thread.id, commentId: comment.id },
          json: { content: written },
        }),
      ),
    onSuccess: (saved) => {
      mergeThread(queryClient, saved.thread)
      onDone()
    },
    onError: tellError,
  })
  return (
    <CommentField
      projectId={review.projectId}
      people={review.peopleOn(thread.anchor)}
      label={t('own.field')}
      placeholder={t('own.field')}
      first={content}
      autoFocus
      onChange={setContent}
      onSend={() => content && mutate(content)}
      onEscape={onDone}
      renderActions={(busy) => (
        <Group gap={8} justify="flex-end">
          <Button variant="subtle" size="compact-sm" onClick={onDone}>
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
