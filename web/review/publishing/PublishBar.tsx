import { Button } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { PublishDialog } from './PublishDialog.tsx'
import type { Thread } from '../../../shared/review.ts'
import type { Reviewer } from '../reviewer/use-reviewer.ts'
import classes from '../Review.module.css'

/** How much is kept private, and the way to publish it together. */
export function PublishBar(props: { threads: readonly Thread[]; documentId: string; reviewer: Reviewer }) {
  const { threads, documentId, reviewer } = props
  const { me, projectId, begun } = reviewer
  const { t } = useTranslation('review')
  const [open, setOpen] = useState(false)
  const drafts = threads
    .flatMap(({ comments }) => comments)
    .filter(({ draft, author }) => draft && author.userId === me.userId).length
  return (
    <footer className={classes.publish} data-drafts={drafts > 0}>
      <span>{drafts > 0 && t('publish.drafts', { count: drafts })}</span>
      <Button variant={drafts > 0 ? 'filled' : 'subtle'} size="compact-sm" onClick={() => setOpen(true)}>
        {t('publish.action')}
      </Button>
      <PublishDialog
        opened={open}
        drafts={drafts}
        projectId={projectId}
        documentId={documentId}
        begun={begun}
        onClose={() => setOpen(false)}
      />
    </footer>
  )
}
