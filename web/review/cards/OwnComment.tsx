import { ActionIcon, Menu } from '@mantine/core'
import { IconDots, IconEdit, IconTrash } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { Comment, Thread } from '../../../shared/review.ts'
import { api, call } from '../../api.ts'
import { tellError } from '../../ui/feedback/notices.ts'
import { dropComment, dropThread, mergeThread } from '../../sync/threads/thread-store.ts'
import classes from './OwnComment.module.css'

/** What an author does with an own comment: change it, take it back, or throw a draft away. */
export function OwnComment(props: { comment: Comment; thread: Thread; onEdit(): void }) {
  const { comment, thread, onEdit } = props
  const { t } = useTranslation('review')
  const queryClient = useQueryClient()
  const { mutate, isPending } = useMutation({
    mutationFn: () =>
      call(
        api.projects[':projectId'].threads[':threadId'].comments[':commentId'].$delete({
          param: { projectId: thread.projectId, threadId: thread.id, commentId: comment.id },
        }),
      ),
    onSuccess: (left) => {
      if (!left.thread) return dropThread(queryClient, thread)
      if (comment.draft) dropComment(queryClient, thread, comment.id)
      mergeThread(queryClient, left.thread)
    },
    onError: tellError,
  })
  return (
    <Menu position="bottom-end" width={200}>
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          size={22}
          loading={isPending}
          className={classes.own}
          aria-label={t('own.menu')}
        >
          <IconDots size={16} stroke={1.6} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconEdit size={16} stroke={1.6} />} onClick={onEdit}>
          {t('own.edit')}
        </Menu.Item>
        <Menu.Item leftSection={<IconTrash size={16} stroke={1.6} />} onClick={() => mutate()}>
          {t(comment.draft ? 'own.discard' : 'own.withdraw')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
