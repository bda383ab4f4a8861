import { Button, Group } from '@mantine/core'
import { IconAlertTriangle, IconCheck, IconPencil } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { plainOf, saysOnlyItsWords } from '../../../shared/anchors/replacement-text.ts'
import { isClosed, type Comment, type Thread } from '../../../shared/review.ts'
import { withBreaks } from '../../ui/text/broken-runs.ts'
import { Timestamp } from '../../ui/Timestamp.tsx'
import { isProposal, type Proposal } from './proposal-drawing.ts'
import type { Fit } from '../../../shared/anchors/proposal-fit.ts'
import type { Proposals } from './use-proposals.ts'
import classes from './Proposals.module.css'

/** A proposal's comment, without the words that the proposal itself shows already. */
export function saidOnce(thread: Thread, comment: Comment): Comment {
  return saysOnlyItsWords(thread, comment) ? { ...comment, body: '' } : comment
}

/** What a proposal would change, and whether the text still is what it was raised on. */
export function ProposalBody({ thread, proposals }: { thread: Thread; proposals?: Proposals }) {
  const { t } = useTranslation('proposals')
  if (!isProposal(thread)) return null
  const { anchor, replacement, author, state, accepted, closedBy, closedAt } = thread
  const fit = proposals?.fit(thread)
  const shown = withBreaks(plainOf(replacement)) || t('nothing')
  const isConflict = !isClosed(state) && fit?.kind === 'changed'
  return (
    <div className={classes.body}>
      {isConflict && <Conflict>{t('conflict.changed')}</Conflict>}
      {isConflict ? (
        <dl className={classes.three}>
          <dt>{t('conflict.original')}</dt>
          <dd>{withBreaks(anchor.quote)}</dd>
          <dt>{t('conflict.present')}</dt>
          <dd>{fit.text}</dd>
          <dt>{t('conflict.proposed')}</dt>
          <dd>
            <ins className={classes.new} data-side={author.side}>
              {shown}
            </ins>
          </dd>
        </dl>
      ) : (
        <>
          <del className={classes.old}>{withBreaks(anchor.quote)}</del>
          <ins className={classes.new} data-side={author.side}>
            {shown}
          </ins>
        </>
      )}
      {!isClosed(state) && fit?.kind === 'stands' && <p className={classes.note}>{t('stands')}</p>}
      {accepted && closedBy && (
        <p className={classes.note}>
          {t('acceptedBy', { author: author.name, name: closedBy.name })}
          {closedAt && (
            <>
              {' · '}
              <Timestamp at={closedAt} />
            </>
          )}
        </p>
      )}
      {accepted && fit?.kind === 'fits' && <Conflict>{t('former')}</Conflict>}
    </div>
  )
}

function Conflict({ children }: { children: React.ReactNode }) {
  return (
    <p className={classes.conflict}>
      <IconAlertTriangle size={16} stroke={1.6} aria-hidden />
      {children}
    </p>
  )
}

/** Accepting: in one press where the text fits; on the present text, or in other words, where it changed. */
export function ProposalActions({ thread, proposals }: { thread: Thread; proposals?: Proposals }) {
  const { t } = useTranslation('proposals')
  if (!proposals || thread.draft || !isProposal(thread)) return null
  const label = labelOf(thread, proposals.fit(thread))
  if (!label) return null
  return (
    <Group gap={4} className={classes.actions}>
      {proposals.canAccept && (
        <Button
          variant="default"
          size="compact-sm"
          leftSection={<IconCheck size={16} stroke={1.6} aria-hidden />}
          loading={proposals.accepting === thread.id}
          onClick={() => proposals.accept(thread)}
        >
          {t(label)}
        </Button>
      )}
      {label === 'applyToPresent' && (
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={<IconPencil size={16} stroke={1.6} aria-hidden />}
          onClick={() => proposals.revise(thread)}
        >
          {t('revise')}
        </Button>
      )}
    </Group>
  )
}

function labelOf({ state, accepted }: Proposal, fit: Fit | undefined) {
  if (!fit || fit.kind === 'removed') return null
  if (isClosed(state)) return accepted && fit.kind === 'fits' ? 'putIn' : null
  return fit.kind === 'changed' ? 'applyToPresent' : 'accept'
}
