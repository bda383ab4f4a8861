import { Button, Group, SegmentedControl } from '@mantine/core'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { severities } from '../../../shared/review.ts'
import { anchorKind } from '../../ui/kinds/anchor-kinds.ts'
import { Keys } from '../../ui/Keys.tsx'
import { ThreadFields } from '../../ui/threads/ThreadFields.tsx'
import { SeverityMark } from '../../ui/threads/SeverityMark.tsx'
import fieldClasses from './CommentField.module.css'
import { CommentField } from './CommentField.tsx'
import type { Draft } from '../drafts/use-kept-draft.ts'
import type { Reviewer } from '../reviewer/use-reviewer.ts'
import type { ThreadComposer } from './use-composer.ts'
import classes from './Composer.module.css'
import quote from '../Quote.module.css'

/** Writes the first comment of a point on what is marked, or on the whole project. */
export function Composer(props: { draft: Draft; composer: ThreadComposer; reviewer: Reviewer }) {
  const { draft, composer, reviewer } = props

  const { t } = useTranslation('review')
  const { anchor } = draft
  const form = useRef<HTMLFormElement>(null)
  // the focus brings only the caret into view
  useEffect(() => void form.current?.scrollIntoView({ block: 'nearest' }), [])
  const send = (isDraft: boolean) => {
    // a field that is not right would be left out unseen
    if (form.current?.reportValidity()) composer.send(isDraft)
  }
  return (
    <form
      ref={form}
      className={classes.composer}
      aria-label={t('comment')}
      onSubmit={(event) => {
        event.preventDefault()
        send(false)
      }}
    >
      <p className={classes.composerTitle}>{anchorKind(anchor).title(anchor, t)}</p>
      {anchor.type !== 'project' && anchor.quote && (
        <blockquote className={quote.quote} data-side={reviewer.me.side}>
          {anchor.quote}
        </blockquote>
      )}
      <CommentField
        projectId={reviewer.projectId}
        ownerId={reviewer.me.userId}
        people={reviewer.peopleOn(anchor)}
        label={t('compose.body')}
        placeholder={t('compose.placeholder')}
        first={draft.content}
        tall
        autoFocus={!draft.isRestored}
        onChange={(content) => composer.change({ content })}
        onSend={() => send(false)}
        onEscape={() => !draft.content && composer.discard()}
        renderActions={(busy) => (
          <>
            <SegmentedControl
              size="xs"
              fullWidth
              aria-label={t('severity.label')}
              value={draft.severity}
              onChange={(severity) => composer.change({ severity })}
              data={severities.map((severity) => ({
                value: severity,
                label: <SeverityMark severity={severity} named />,
              }))}
            />
            <ThreadFields
              values={draft.fields}
              people={reviewer.peopleOn(anchor)}
              onChange={(change) => composer.change({ fields: { ...draft.fields, ...change } })}
            />
            <Group gap={8} justify="flex-end" className={fieldClasses.actions}>
              <Button variant="subtle" size="compact-sm" onClick={composer.discard}>
                {t('compose.cancel')}
              </Button>
              <Button
                variant="default"
                size="compact-sm"
                disabled={!draft.content || busy}
                onClick={() => send(true)}
              >
                {t('compose.keep')}
              </Button>
              <Button
                type="submit"
                size="compact-sm"
                disabled={!draft.content || busy}
                rightSection={<Keys keys={['mod', 'enter']} />}
              >
                {t('compose.send')}
              </Button>
            </Group>
          </>
        )}
      />
    </form>
  )
}
