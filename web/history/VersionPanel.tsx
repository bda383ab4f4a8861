import { Button, TextInput } from '@mantine/core'
import { IconHistory } from '@tabler/icons-react'
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { versionNameCharacters, type VersionSummary } from '../../shared/history.ts'
import { api, call, convertsFirst } from '../api.ts'
import { readAnew } from '../sync/read-anew.ts'
import { onJoined } from '../sync/room/missed-events.ts'
import type { Room } from '../sync/room/room.ts'
import { EmptyState } from '../ui/feedback/EmptyState.tsx'
import { ErrorState } from '../ui/feedback/ErrorState.tsx'
import { Loading } from '../ui/feedback/Loading.tsx'
import { Timestamp } from '../ui/Timestamp.tsx'
import { tellDone, tellError } from '../ui/feedback/notices.ts'
import { versionsQuery } from './queries.ts'
import classes from './VersionPanel.module.css'

export interface VersionPanelProps {
  documentId: string
  room: Room
  canKeep: boolean
  /** The version that the sheet shows; null: the live text. */
  shown: string | null
  onShow(versionId: string | null): void
}

/** A document's versions: keep one under a name, look at any. */
export function VersionPanel({ documentId, room, canKeep, shown, onShow }: VersionPanelProps) {
  const { t } = useTranslation('history')
  const list = useInfiniteQuery(versionsQuery(documentId))
  const { error, isPending, refetch } = list
  const versions = list.data?.pages.flat() ?? []
  useFreshVersions(documentId, room)
  if (isPending) return <Loading />
  if (error && versions.length === 0) return <ErrorState error={error} onRetry={() => void refetch()} />
  return (
    <section className={classes.panel} aria-label={t('versions')}>
      {canKeep && <KeepVersion documentId={documentId} />}
      {versions.length === 0 && (
        <EmptyState mark={<IconHistory size={32} stroke={1.4} aria-hidden />} title={t('empty.title')}>
          {t(canKeep ? 'empty.write' : 'empty.read')}
        </EmptyState>
      )}
      <ol className={classes.list}>
        {versions.map((version) => (
          <li key={version.id}>
            <VersionRow
              version={version}
              shown={version.id === shown}
              onShow={() => onShow(version.id === shown ? null : version.id)}
            />
          </li>
        ))}
      </ol>
      {list.hasNextPage && (
        <Button
          className={classes.more}
          variant="default"
          loading={list.isFetchingNextPage}
          onClick={() => void list.fetchNextPage()}
        >
          {t('more')}
        </Button>
      )}
    </section>
  )
}

function VersionRow({ version, shown, onShow }: { version: VersionSummary; shown: boolean; onShow(): void }) {
  const { t } = useTranslation('history')
  const { number, name, createdBy, createdAt } = version
  return (
    <button
      type="button"
      className={classes.version}
      aria-pressed={shown}
      aria-label={t('look', { number, name })}
      onClick={onShow}
    >
      <span className={classes.number}>{number}</span>
      <span className={classes.name}>{name}</span>
      <span className={classes.by}>
        {createdBy} · <Timestamp at={createdAt} />
      </span>
    </button>
  )
}

function KeepVersion({ documentId }: { documentId: string }) {
  const { t } = useTranslation('history')
  const queryClient = useQueryClient()
  const [name, setName] = useState('')
  const { mutate, isPending } = useMutation({
    mutationFn: () =>
      call(
        api.documents[':documentId'].versions.$post({ param: { documentId }, json: { name } }, convertsFirst),
      ),
    onSuccess: ({ version }) => {
      setName('')
      takeIn(queryClient, version)
      tellDone(t('kept', { number: version.number }))
    },
    onError: tellError,
  })
  return (
    <form
      className={classes.keep}
      onSubmit={(event) => {
        event.preventDefault()
        if (name.trim() !== '') mutate()
      }}
    >
      <TextInput
        aria-label={t('nameLabel')}
        placeholder={t('namePlaceholder')}
        maxLength={versionNameCharacters}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Button type="submit" loading={isPending} disabled={name.trim() === ''}>
        {t('keep')}
      </Button>
    </form>
  )
}

function useFreshVersions(documentId: string, room: Room): void {
  const queryClient = useQueryClient()
  useEffect(() => {
    const { queryKey } = versionsQuery(documentId)
    const readAll = () => void readAnew(queryClient, { queryKey, exact: true })
    const stops = [
      room.onEvent((event) => {
        if (event.type !== 'version.saved' || event.version.documentId !== documentId) return
        takeIn(queryClient, event.version)
        // the answer that is on its way may not have it
        if (queryClient.isFetching({ queryKey, exact: true }) > 0) readAll()
      }),
      onJoined(room, readAll),
    ]
    return () => stops.forEach((stop) => stop())
  }, [documentId, room, queryClient])
}

function takeIn(queryClient: ReturnType<typeof useQueryClient>, version: VersionSummary): void {
  queryClient.setQueryData(versionsQuery(version.documentId).queryKey, (known) => {
    if (!known || known.pages.flat().some(({ id }) => id === version.id)) return known
    const [latest = [], ...earlier] = known.pages
    const first = [...latest, version].sort((one, other) => other.number - one.number)
    return { ...known, pages: [first, ...earlier] }
  })
}
