import { Button, Group } from '@mantine/core'
import { IconCheck, IconRotateClockwise } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import {
  isClosed,
  resourceOf,
  reasonCharacters,
  type Thread,
  type ThreadChange,
} from '../../../shared/review.ts'
import { api, call } from '../../api.ts'
import { isOverLimit, LimitedText } from '../../ui/forms/LimitedText.tsx'
import { tellError } from '../../ui/feedback/notices.ts'
import { ThreadFields } from '../../ui/threads/ThreadFields.tsx'
import type { Autosave } from '../drafts/autosave.ts'
import { mergeThread } from '../../sync/threads/thread-store.ts'
import { ReplyField } from './ReplyField.tsx'
import { sendsOn } from '../../ui/forms/sends-on.ts'
import { useAutosavedText } from '../drafts/use-autosaved-text.ts'
import type { CardReview } from './card-review.ts'
import { isOfComposition } from '../../ui/text/composing.ts'
import classes from './ThreadActions.module.css'

/** Replying to a point, saying what is known of it, and closing or opening it: each to those who may. */
export function ThreadActions(props: { thread: Thread } & Pick<CardReview, 'reviewer' | 'sending'>) {
  const { thread, reviewer, sending } = props
  const { t } = useTranslation(['review', 'proposals'])
  const [giving, setGiving] = useState<'settled' | 'declined' | null>(null)
  const { change, pending } = useChange(thread)
  if (!reviewer.canWrite) return null
  if (giving) {
    return (
      <Words
        key={giving}
        autosave={reviewer.autosave}
        id={`${giving}/${thread.id}`}
        resourceId={resourceOf(thread.anchor)}
        label={t(`reasonFor.${giving}`)}
        send={t(giving === 'settled' ? 'settle' : 'declineConfirm')}
        pending={pending}
        onSend={(reason, onSaved) =>
          change({ state: giving, reason }, () => {
            onSaved()
            setGiving(null)
          })
        }
        onCancel={() => setGiving(null)}
      />
    )
  }
  const rights = reviewer.rights(thread)
  const closed = isClosed(thread.state)
  const isProposal = thread.kind === 'proposal'
  return (
    <>
      {rights.change && !closed && (
        <div className={classes.actions}>
          <ThreadFields
            values={{
              ...thread,
              severity: rights.weigh ? thread.severity : undefined,
              kind: thread.kind === 'proposal' || !rights.retype ? undefined : thread.kind,
              assigneeId: thread.assignee?.userId ?? null,
            }}
            people={reviewer.peopleOn(thread.anchor)}
            onChange={change}
          />
        </div>
      )}
      <Group gap={4} className={classes.actions}>
        {isProposal && rights.settle === 'plainly' && (
          <Button
            variant="subtle"
            size="compact-sm"
            loading={pending}
            onClick={() => change({ state: 'settled' })}
          >
            {t('proposals:withdraw')}
          </Button>
        )}
        {!isProposal && rights.settle && (
          <Button
            variant="default"
            size="compact-sm"
            leftSection={<IconCheck size={16} stroke={1.6} aria-hidden />}
            loading={pending}
            onClick={() => (rights.settle === 'reason' ? setGiving('settled') : change({ state: 'settled' }))}
          >
            {t(rights.settle === 'reason' ? 'settleFor' : 'settle')}
          </Button>
        )}
        {rights.answer && (
          <Button
            variant={rights.settle ? 'subtle' : 'default'}
            size="compact-sm"
            loading={pending}
            onClick={() => change({ state: 'answered' })}
          >
            {t('answer')}
          </Button>
        )}
        {rights.decline && (
          <Button variant="subtle" size="compact-sm" onClick={() => setGiving('declined')}>
            {t('decline')}
          </Button>
        )}
        {rights.reopen && (
          <Button
            variant="subtle"
            size="compact-sm"
            leftSection={<IconRotateClockwise size={16} stroke={1.6} aria-hidden />}
            loading={pending}
            onClick={() => change({ state: 'open' })}
          >
            {t('reopen')}
          </Button>
        )}
      </Group>
      {!closed && !thread.draft && !rights.settle && !isProposal && (
        <p className={classes.note}>{t('settleHint', { name: thread.author.name })}</p>
      )}
      {closed && <p className={classes.note}>{t('reply.closedHint')}</p>}
      <ReplyField key={thread.id} thread={thread} reviewer={reviewer} sending={sending} />
    </>
  )
}

function useChange(thread: Thread) {
  const queryClient = useQueryClient()
  const { projectId, id: threadId } = thread
  const { mutate, isPending } = useMutation({
    mutationFn: ({ json }: { json: ThreadChange; onSaved?: () => void }) =>
      call(api.projects[':projectId'].threads[':threadId'].$patch({ param: { projectId, threadId }, json })),
    // here, and not where it is asked for: also when another card is looked at before the reply comes
    onSuccess: (saved, { onSaved }) => {
      mergeThread(queryClient, saved.thread)
      onSaved?.()
    },
    onError: tellError,
  })
  return {
    pending: isPending,
    change: (json: ThreadChange, onSaved?: () => void) => mutate({ json, onSaved }),
  }
}

interface WordsProps {
  autosave: Autosave
  id: string
  resourceId: string | null
  label: string
  send: string
  pending?: boolean
  onSend(words: string, onSaved: () => void): void
  onCancel(): void
}

/** What is written waits on this device until it is sent or discarded, also after Escape. */
function Words({ autosave, id, resourceId, label, send, pending, onSend, onCancel }: WordsProps) {
  const { t } = useTranslation('review')
  const { text: words, write, end } = useAutosavedText(autosave, id, resourceId)
  const isUnfit = words.trim() === '' || isOverLimit(words, reasonCharacters)
  const submit = () => {
    if (!isUnfit && !pending) onSend(words.trim(), end)
  }
  return (
    <form
      className={classes.reply}
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      <LimitedText
        aria-label={label}
        placeholder={label}
        autosize
        autoFocus
        minRows={1}
        maxRows={10}
        limit={reasonCharacters}
        // what is written on meanwhile would go with what was sent
        readOnly={pending}
        value={words}
        onChange={(event) => write(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (sendsOn(event)) submit()
          else if (event.key === 'Escape' && !isOfComposition(event)) onCancel()
        }}
      />
      <Group gap={8} justify="flex-end">
        <Button
          variant="subtle"
          size="compact-sm"
          // what was sent is not taken back
          disabled={pending}
          onClick={() => {
            end()
            onCancel()
          }}
        >
          {t('ui:cancel')}
        </Button>
        <Button type="submit" size="compact-sm" loading={pending} disabled={isUnfit}>
          {send}
        </Button>
      </Group>
    </form>
  )
}
