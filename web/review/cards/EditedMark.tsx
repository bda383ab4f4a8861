import { Popover, UnstyledButton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Comment, Thread } from '../../../shared/review.ts'
import { api, call } from '../../api.ts'
import { Loading } from '../../ui/feedback/Loading.tsx'
import { Timestamp } from '../../ui/Timestamp.tsx'
import classes from './EditedMark.module.css'
import byline from '../Byline.module.css'

/** Says that a comment was edited, and shows what it said before. */
export function EditedMark({ comment, thread }: { comment: Comment; thread: Thread }) {
  const { t } = useTranslation('review')
  const [open, setOpen] = useState(false)
  const param = { projectId: thread.projectId, threadId: thread.id, commentId: comment.id }
  const { data } = useQuery({
    queryKey: ['comment edits', comment.id, comment.editedAt],
    queryFn: async () =>
      (
        await call(
          api.projects[':projectId'].threads[':threadId'].comments[':commentId'].edits.$get({ param }),
        )
      ).edits,
    enabled: open,
  })
  return (
    <Popover opened={open} onChange={setOpen} position="bottom" width={300} withinPortal>
      <Popover.Target>
        <UnstyledButton className={classes.edited} aria-expanded={open} onClick={() => setOpen(!open)}>
          {t('edited')}
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown>
        {data ? (
          data.map(({ id, body, at }) => (
            <div key={id} className={classes.before}>
              <p className={byline.when}>
                {t('saidUntil')} <Timestamp at={at} exact />
              </p>
              <p>{body}</p>
            </div>
          ))
        ) : (
          <Loading />
        )}
      </Popover.Dropdown>
    </Popover>
  )
}
