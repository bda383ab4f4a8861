import { UnstyledButton } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { sides } from '../../shared/permissions.ts'
import type { Thread } from '../../shared/review.ts'
import { countPending, type Reader } from './thread-list.ts'
import type { ThreadsSearch } from './threads-search.ts'
import classes from './ThreadsSummary.module.css'

/** How many points are pending, for whom and from whom; each number shows the points that it counts. */
export function ThreadsSummary({
  threads,
  reader,
  search,
  onSearch,
}: {
  threads: readonly Thread[]
  reader: Reader
  search: ThreadsSearch
  onSearch(change: ThreadsSearch): void
}) {
  const { t } = useTranslation(['points', 'ui'])
  const counts = countPending(threads, reader)
  const toggle = <Key extends 'waiting' | 'side' | 'due'>(
    key: Key,
    value: ThreadsSearch[Key],
    label: string,
    count: number,
  ) => (
    <UnstyledButton
      className={classes.count}
      data-side={key === 'side' ? value : undefined}
      aria-pressed={search[key] === value}
      onClick={() => onSearch({ [key]: search[key] === value ? undefined : value, state: undefined })}
    >
      <output>{count}</output> {label}
    </UnstyledButton>
  )
  return (
    <div className={classes.counts} role="group" aria-label={t('counts')}>
      {toggle('waiting', 'us', t('waiting.us'), counts.us)}
      {toggle('waiting', 'them', t('waiting.them'), counts.them)}
      <span className={classes.rule} aria-hidden />
      {sides.map((side) => (
        <span key={side}>
          {toggle('side', side, t('raisedBy', { side: t(`ui:side.${side}`) }), counts[side])}
        </span>
      ))}
      {counts.late > 0 && toggle('due', 'late', t('filter.late'), counts.late)}
    </div>
  )
}
