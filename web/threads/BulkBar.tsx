import { ActionIcon, Button, Menu } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import {
  categories,
  plainKinds,
  severities,
  stages,
  toolings,
  type Author,
  type ThreadChange,
} from '../../shared/review.ts'
import { api, call } from '../api.ts'
import { mergeThreads } from '../sync/threads/thread-store.ts'
import { errorText } from '../ui/feedback/error-text.ts'
import { tellError, tellFailed } from '../ui/feedback/notices.ts'
import { DueField } from '../ui/threads/ThreadFields.tsx'
import { SideTag } from '../ui/people/SideTag.tsx'
import { SeverityMark } from '../ui/threads/SeverityMark.tsx'
import classes from './BulkBar.module.css'
import { inParts, PartlyDone } from './in-parts.ts'

/** As many as one request takes. */
const atOnce = 500

interface BulkBarProps {
  projectId: string
  taken: ReadonlySet<string>
  people: readonly Author[]
  /** A proposal is among them, whose kind stays. */
  hasProposal: boolean
  onRelease(): void
}

/** What can be done with the points that are taken: the same to all of them. */
export function BulkBar({ projectId, taken, people, hasProposal, onRelease }: BulkBarProps) {
  const { t } = useTranslation(['points', 'review'])
  const queryClient = useQueryClient()
  const { mutate, isPending } = useMutation({
    mutationFn: (change: ThreadChange) =>
      inParts([...taken], atOnce, async (threadIds) => {
        const json = { threadIds, change }
        const saved = await call(api.projects[':projectId'].threads.$patch({ param: { projectId }, json }))
        mergeThreads(queryClient, saved.threads)
      }),
    onError: (error) => {
      if (!(error instanceof PartlyDone)) return tellError(error)
      const { done, count, cause } = error
      tellFailed(t('bulk.partly', { done, count, why: errorText(cause, t) }))
    },
  })
  const menu = (
    label: string,
    items: { key: string; label: React.ReactNode; change: ThreadChange }[],
    cannot?: string,
  ) => (
    <Menu shadow="md" position="top-start">
      <Menu.Target>
        <Button
          variant="default"
          size="compact-sm"
          disabled={isPending || cannot !== undefined}
          title={cannot}
        >
          {label}
        </Button>
      </Menu.Target>
      <Menu.Dropdown className={classes.menu}>
        {items.map(({ key, label: name, change }) => (
          <Menu.Item key={key} onClick={() => mutate(change)}>
            {name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
  return (
    <div className={classes.bar} role="toolbar" aria-label={t('bulk.label')}>
      <strong>{t('bulk.taken', { count: taken.size })}</strong>
      {menu(t('bulk.assign'), [
        ...people.map((person) => ({
          key: person.userId,
          label: (
            <span className={classes.person}>
              {person.name} <SideTag side={person.side} />
            </span>
          ),
          change: { assigneeId: person.userId },
        })),
        { key: 'none', label: t('filter.nobody'), change: { assigneeId: null } },
      ])}
      {menu(
        t('filter.severity'),
        severities.map((severity) => ({
          key: severity,
          label: <SeverityMark severity={severity} named />,
          change: { severity },
        })),
      )}
      {menu(
        t('review:fields.kind'),
        plainKinds.map((kind) => ({ key: kind, label: t(`review:kind.${kind}`), change: { kind } })),
        hasProposal ? t('bulk.kindStays') : undefined,
      )}
      {menu(t('review:fields.category'), [
        ...categories.map((category) => ({
          key: category,
          label: t(`review:category.${category}`),
          change: { category },
        })),
        { key: 'none', label: t('filter.noCategory'), change: { category: null } },
      ])}
      {menu(t('review:fields.tooling'), [
        ...stages.map((stage) => ({ key: stage, label: stage, change: { stage } })),
        ...toolings.map((tooling) => ({
          key: tooling,
          label: t(`review:tooling.${tooling}`),
          change: { tooling },
        })),
        { key: 'none', label: t('filter.noTooling'), change: { stage: null, tooling: null } },
      ])}
      <DueField dueOn={null} disabled={isPending} onChange={(dueOn) => dueOn && mutate({ dueOn })} />
      <ActionIcon variant="subtle" aria-label={t('bulk.release')} onClick={onRelease}>
        <IconX size={16} stroke={1.6} />
      </ActionIcon>
    </div>
  )
}
