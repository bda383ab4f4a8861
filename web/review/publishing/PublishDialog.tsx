import { Modal, Radio, Stack } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { decisions, summaryCharacters, type Decision } from '../../../shared/review.ts'
import { api, call } from '../../api.ts'
import { FormEnd } from '../../ui/forms/FormEnd.tsx'
import { useErrorText } from '../../ui/feedback/error-text.ts'
import type { Autosave } from '../drafts/autosave.ts'
import { isOverLimit, LimitedText } from '../../ui/forms/LimitedText.tsx'
import { newClientId } from '../queue/client-id.ts'
import { useAutosavedText } from '../drafts/use-autosaved-text.ts'
import { mergeThreads } from '../../sync/threads/thread-store.ts'

interface PublishDialogProps {
  opened: boolean
  drafts: number
  /** Drafts that the server does not have yet: a review that is published now would be without them. */
  onTheirWay: number
  projectId: string
  resourceId: string
  autosave: Autosave
  onClose(): void
}

/**
 * Publishes own drafts as one review with a decision. The summary waits on this device until it is published. A try that
 * failed is sent again under the same id, as it may have been published; with other words it is another review.
 */
export function PublishDialog(props: PublishDialogProps) {
  const { opened, drafts, onTheirWay, projectId, resourceId, autosave, onClose } = props
  const { t } = useTranslation('review')
  const queryClient = useQueryClient()
  const errorText = useErrorText()
  const tried = useRef({ id: '', words: '' })
  const idOf = (words: string) => {
    if (tried.current.words !== words) tried.current = { id: newClientId(), words }
    return tried.current.id
  }
  const [decision, setDecision] = useState<Decision>('comments')
  const { text: summary, write, end } = useAutosavedText(autosave, `summary/${resourceId}`, resourceId)
  const isUnfit =
    onTheirWay > 0 ||
    (decision === 'changes' && summary.trim() === '') ||
    isOverLimit(summary, summaryCharacters)
  const { mutate, isPending, error, reset } = useMutation({
    mutationFn: () => {
      const said = { resourceId, decision, summary: summary.trim() }
      const json = { ...said, id: idOf(JSON.stringify(said)) }
      return call(api.projects[':projectId'].reviews.$post({ param: { projectId }, json }))
    },
    onSuccess: ({ threads }) => {
      mergeThreads(queryClient, threads)
      void queryClient.invalidateQueries({ queryKey: ['projects', projectId] })
      tried.current = { id: '', words: '' }
      end()
      onClose()
    },
  })
  return (
    <Modal opened={opened} onClose={onClose} title={t('publish.title')}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (!isUnfit) mutate()
        }}
      >
        <Stack gap={16}>
          <p style={{ margin: 0 }}>
            {drafts + onTheirWay > 0
              ? t('publish.drafts', { count: drafts + onTheirWay })
              : t('publish.nothing')}
          </p>
          {onTheirWay > 0 && (
            <p style={{ margin: 0 }} role="status">
              {t('publish.onTheirWay', { count: onTheirWay })}
            </p>
          )}
          <Radio.Group
            label={t('publish.decision')}
            value={decision}
            onChange={(value) => setDecision(value as Decision)}
          >
            <Stack gap={8} mt={8}>
              {decisions.map((value) => (
                <Radio key={value} value={value} label={t(`decision.${value}`)} />
              ))}
            </Stack>
          </Radio.Group>
          <LimitedText
            label={t('publish.summary')}
            description={t('publish.summaryWhy')}
            autosize
            minRows={2}
            maxRows={10}
            limit={summaryCharacters}
            data-autofocus
            required={decision === 'changes'}
            // what is written on meanwhile would go with what was published
            readOnly={isPending}
            value={summary}
            error={error && errorText(error)}
            onChange={(event) => {
              write(event.currentTarget.value)
              if (error) reset()
            }}
          />
          <FormEnd isSent={isPending} onLeave={onClose} disabled={isUnfit}>
            {t('publish.submit')}
          </FormEnd>
        </Stack>
      </form>
    </Modal>
  )
}
