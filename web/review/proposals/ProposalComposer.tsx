import { Button, Group } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { plainOf, wordlessBody } from '../../../shared/anchors/replacement-text.ts'
import { replacementBytes, type Replacement } from '../../../shared/review.ts'
import { isOverLimit, LimitedText } from '../../ui/forms/LimitedText.tsx'
import { clientLimits } from '../../ui/client-limits.ts'
import { Keys } from '../../ui/Keys.tsx'
import type { Sending } from '../queue/use-sending.ts'
import { ReplacementField } from './ReplacementField.tsx'
import { sendsOn } from '../../ui/forms/sends-on.ts'
import type { ProposalDraft, Proposals } from './use-proposals.ts'
import classes from './Proposals.module.css'

/** Writes other words for a passage, with a reason if there is one. */
export function ProposalComposer(props: {
  draft: ProposalDraft
  proposals: Pick<Proposals, 'endDraft' | 'keepDraft'>
  sending: Pick<Sending, 'raise'>
}) {
  const { draft, proposals, sending } = props

  const { t } = useTranslation(['proposals', 'review', 'errors'])
  const { anchor, passage, earlier } = draft
  const [replacement, setReplacement] = useState(earlier?.replacement ?? passage.content)
  const [why, setWhy] = useState(earlier?.why ?? '')
  const discard = proposals.endDraft
  const unchanged =
    JSON.stringify(replacement) === JSON.stringify(passage.content) && plainOf(replacement) === anchor.quote
  const { keepDraft } = proposals
  const write = (next: { replacement?: Replacement; why?: string }) => {
    const written = { replacement, why, ...next }
    setReplacement(written.replacement)
    setWhy(written.why)
    const isAsAtFirst =
      written.why === '' && JSON.stringify(written.replacement) === JSON.stringify(passage.content)
    keepDraft(isAsAtFirst ? null : written)
  }
  const tooLarge = new TextEncoder().encode(JSON.stringify(replacement)).length > replacementBytes
  const isUnfit = unchanged || tooLarge || isOverLimit(why, clientLimits().commentCharacters)
  const send = (isDraft: boolean) => {
    if (isUnfit) return
    const body = why.trim() || wordlessBody(replacement)
    sending.raise(
      { content: null, body, draft: isDraft },
      { anchor, severity: 'should', kind: 'proposal', replacement },
    )
    discard()
  }
  return (
    <form
      className={classes.composer}
      aria-label={t('propose')}
      onSubmit={(event) => {
        event.preventDefault()
        send(false)
      }}
    >
      <p className={classes.label}>{t('compose.instead')}</p>
      <del className={classes.old}>{anchor.quote}</del>
      <p className={classes.label}>{t('compose.write')}</p>
      <ReplacementField
        label={t('compose.replacement')}
        passage={passage}
        first={replacement}
        autoFocus={!earlier}
        onChange={(next) => write({ replacement: next })}
        onSend={() => send(false)}
        onCancel={() => unchanged && discard()}
      />
      <LimitedText
        aria-label={t('compose.why')}
        placeholder={t('compose.why')}
        autosize
        minRows={1}
        maxRows={8}
        limit={clientLimits().commentCharacters}
        value={why}
        onChange={(event) => write({ why: event.currentTarget.value })}
        onKeyDown={(event) => {
          if (sendsOn(event)) send(false)
        }}
      />
      {replacement.length === 0 && <p className={classes.label}>{t('compose.deletes')}</p>}
      {tooLarge && (
        <p className={classes.label} role="alert">
          {t('errors:replacement_too_large', { limit: replacementBytes / 1_024 })}
        </p>
      )}
      <Group gap={8} justify="flex-end">
        <Button variant="subtle" size="compact-sm" onClick={discard}>
          {t('compose.cancel')}
        </Button>
        <Button variant="default" size="compact-sm" disabled={isUnfit} onClick={() => send(true)}>
          {t('review:compose.keep')}
        </Button>
        <Button
          type="submit"
          size="compact-sm"
          disabled={isUnfit}
          rightSection={<Keys keys={['mod', 'enter']} />}
        >
          {t('compose.send')}
        </Button>
      </Group>
    </form>
  )
}
