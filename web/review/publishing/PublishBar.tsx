import { Button } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { PublishDialog } from './PublishDialog.tsx'
import { resourceOf, type Thread } from '../../../shared/review.ts'
import type { Outgoing } from '../queue/outgoing.ts'
import type { Sending } from '../queue/use-sending.ts'
import type { Reviewer } from '../reviewer/use-reviewer.ts'
import classes from './PublishBar.module.css'

/** How much is kept private, and the way to publish it together. */
export function PublishBar(props: {
  threads: readonly Thread[]
  resourceId: string
  reviewer: Reviewer
  sending: Pick<Sending, 'outgoing'>
}) {
  const { threads, resourceId, reviewer, sending } = props
  const { me, projectId, autosave } = reviewer
  const { t } = useTranslation('review')
  const [open, setOpen] = useState(false)
  const drafts = threads
    .flatMap(({ comments }) => comments)
    .filter(({ draft, author }) => draft && author.userId === me.userId).length
  // what was refused waits for the person, and is none of this review's until then
  const onTheirWay = sending.outgoing.filter(
    (item) => item.draft && !item.error && isHere(item, threads, resourceId),
  ).length
  return (
    <footer className={classes.publish} data-drafts={drafts > 0}>
      <span>{drafts > 0 && t('publish.drafts', { count: drafts })}</span>
      <Button variant={drafts > 0 ? 'filled' : 'subtle'} size="compact-sm" onClick={() => setOpen(true)}>
        {t('publish.action')}
      </Button>
      <PublishDialog
        opened={open}
        drafts={drafts}
        onTheirWay={onTheirWay}
        projectId={projectId}
        resourceId={resourceId}
        autosave={autosave}
        onClose={() => setOpen(false)}
      />
    </footer>
  )
}

/** True for what is said on this document, or on the whole project, whose drafts are published together. */
const isHere = ({ raises, threadId }: Outgoing, threads: readonly Thread[], resourceId: string): boolean =>
  raises ? [null, resourceId].includes(resourceOf(raises.anchor)) : threads.some(({ id }) => id === threadId)
