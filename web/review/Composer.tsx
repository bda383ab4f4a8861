import { Button, Group, SegmentedControl, Textarea } from '@mantine/core'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { severities } from '../../shared/review.ts'
import { Keys } from '../ui/Keys.tsx'
import { PointFields } from '../ui/PointFields.tsx'
import { SeverityMark } from '../ui/SeverityMark.tsx'
import { sendsOn } from './sends-on.ts'
import type { Draft, Review } from './use-review.ts'
import classes from './ThreadPanel.module.css'

/** Writes the first comment of a point on the passage that is marked. */
export function Composer({ review, draft }: { review: Review; draft: Draft }) {
  const { t } = useTranslation('review')
  const field = useRef<HTMLTextAreaElement>(null)
  // takes the reader to the field, also when the pane has just been opened
  useEffect(() => {
    const frame = requestAnimationFrame(() => field.current?.focus())
    return () => cancelAnimationFrame(frame)
  }, [])
  return (
    <form
      className={classes.composer}
      aria-label={t('comment')}
      onSubmit={(event) => {
        event.preventDefault()
        review.sendDraft()
      }}
    >
      <p className={classes.composerTitle}>{t('compose.title')}</p>
      <blockquote className={classes.quote} data-side={review.me.side}>
        {draft.anchor.quote}
      </blockquote>
      <Textarea
        ref={field}
        aria-label={t('compose.body')}
        placeholder={t('compose.placeholder')}
        autosize
        minRows={3}
        maxRows={12}
        maxLength={10_000}
        value={draft.body}
        onChange={(event) => review.setDraft({ ...draft, body: event.currentTarget.value })}
        onKeyDown={(event) => {
          if (sendsOn(event)) review.sendDraft()
          else if (event.key === 'Escape' && draft.body === '') review.setDraft(null)
        }}
      />
      <SegmentedControl
        size="xs"
        fullWidth
        aria-label={t('severity.label')}
        value={draft.severity}
        onChange={(severity) => review.setDraft({ ...draft, severity })}
        data={severities.map((severity) => ({
          value: severity,
          label: <SeverityMark severity={severity} named />,
        }))}
      />
      <PointFields
        values={draft.fields}
        people={review.members}
        onChange={(change) => review.setDraft({ ...draft, fields: { ...draft.fields, ...change } })}
      />
      <Group gap={8} justify="flex-end">
        <Button variant="subtle" size="compact-sm" onClick={() => review.setDraft(null)}>
          {t('compose.cancel')}
        </Button>
        <Button
          type="submit"
          size="compact-sm"
          disabled={draft.body.trim() === ''}
          rightSection={<Keys keys={['mod', 'enter']} />}
        >
          {t('compose.send')}
        </Button>
      </Group>
    </form>
  )
}
