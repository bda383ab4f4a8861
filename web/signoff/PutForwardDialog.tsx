import { Alert, Button, Group, Modal, Stack, Text } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { can } from '../../shared/permissions.ts'
import type { Member } from '../../shared/projects.ts'
import { blockingThreads, descriptionCharacters } from '../../shared/signoff.ts'
import { oneOfEachSide } from '../../shared/rules/signing-policy.ts'
import { api, call, convertsFirst } from '../api.ts'
import { LeaveButton } from '../ui/forms/LeaveButton.tsx'
import { useErrorText } from '../ui/feedback/error-text.ts'
import { isOverLimit, LimitedText } from '../ui/forms/LimitedText.tsx'
import { tellDone, tellError } from '../ui/feedback/notices.ts'
import { useIsOpen } from '../ui/use-is-open.ts'
import { BlockingThreads } from './BlockingThreads.tsx'
import { ObstacleList } from './ObstacleList.tsx'
import { allThreadsQuery } from '../sync/threads/thread-lists.ts'
import { keepDescription, keptDescription } from './kept-description.ts'
import { keepRevision, obstaclesQuery } from './queries.ts'

interface PutForwardDialogProps {
  projectId: string
  /** The letter that the revision will take. */
  letter: string
  documents: { id: string; title: string }[]
  members: readonly Member[]
  /** Whether the reader may invite. */
  invites: boolean
  onClose(): void
  onDone(revisionId: string): void
}

/** Shows what will be frozen and what stands in the way, asks what changed, and puts the revision forward. */
export function PutForwardDialog(props: PutForwardDialogProps) {
  const { projectId, letter, documents, members, invites, onClose, onDone } = props
  const { t } = useTranslation('signoff')
  const errorText = useErrorText()
  const queryClient = useQueryClient()
  const threads = useQuery(allThreadsQuery(projectId)).data ?? []
  const blocking = blockingThreads(threads)
  const found = useQuery(obstaclesQuery(projectId)).data
  const isBlocked = blocking.length > 0 || (found && Object.values(found).some((one) => one.length > 0))
  const unsigned = oneOfEachSide.filter(
    ({ side }) => !members.some((one) => one.side === side && can(one.role, 'revision.sign', 'active')),
  )
  const [description, setDescription] = useState(() => keptDescription(projectId))
  const write = (words: string) => {
    setDescription(words)
    keepDescription(projectId, words)
  }
  const isTooLong = isOverLimit(description, descriptionCharacters)
  const isOpen = useIsOpen()
  const put = useMutation({
    mutationFn: () =>
      call(
        api.projects[':projectId'].revisions.$post(
          { param: { projectId }, json: { description } },
          convertsFirst,
        ),
      ),
    onSuccess: ({ revision }) => {
      // of the next one nothing is written
      keepDescription(projectId, '')
      keepRevision(queryClient, revision)
      tellDone(t('putForward.done', { letter: revision.letter }))
      // who went on with something else is told and not led here
      if (isOpen.current) onDone(revision.id)
    },
    // Somebody raised a point meanwhile: show it.
    onError: (error) => {
      if (!isOpen.current) tellError(error)
      void queryClient.invalidateQueries({ queryKey: allThreadsQuery(projectId).queryKey })
      void queryClient.invalidateQueries({ queryKey: obstaclesQuery(projectId).queryKey })
    },
  })
  return (
    <Modal opened onClose={onClose} title={t('putForward.title', { letter })}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (!isTooLong) put.mutate()
        }}
      >
        <Stack gap={16}>
          <div>
            <Text>{t('putForward.captures')}</Text>
            <ul>
              <li>
                {t('putForward.documents', { count: documents.length })}
                {': '}
                {documents.map((document) => document.title).join(', ')}
              </li>
              <li>{t('putForward.points', { count: threads.length })}</li>
              <li>{t('putForward.members', { count: members.length })}</li>
            </ul>
            <Text c="dimmed">{t('putForward.later')}</Text>
          </div>
          {unsigned.length > 0 && (
            <Alert color="ink" variant="light">
              {unsigned.map(({ side }) => (
                <Text key={side}>{t('putForward.nobodySigns', { side: t(`ui:side.${side}`) })}</Text>
              ))}
              {invites && (
                <Button
                  size="xs"
                  variant="default"
                  mt={8}
                  renderRoot={(root) => <Link {...root} to="/projects/$projectId" params={{ projectId }} />}
                >
                  {t('putForward.invite')}
                </Button>
              )}
            </Alert>
          )}
          <BlockingThreads threads={blocking} blocked="putForward" />
          {found && <ObstacleList obstacles={found} />}
          <LimitedText
            label={t('putForward.description')}
            description={t('putForward.descriptionHint')}
            autosize
            minRows={2}
            maxRows={8}
            limit={descriptionCharacters}
            value={description}
            onChange={(event) => write(event.currentTarget.value)}
            data-autofocus
          />
          {put.isPending && (
            <Text role="status" c="dimmed">
              {t('putForward.working')}
            </Text>
          )}
          {put.error && (
            <Text role="alert" c="var(--seal)">
              {errorText(put.error)}
            </Text>
          )}
          <Group justify="flex-end">
            <LeaveButton isSent={put.isPending} onClick={onClose} />
            <Button type="submit" loading={put.isPending} disabled={isBlocked || isTooLong}>
              {t('putForward.submit')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
