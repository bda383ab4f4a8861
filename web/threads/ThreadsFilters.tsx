import { Button, CloseButton, Select, TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import type { Ref } from 'react'
import { useTranslation } from 'react-i18next'
import { sides } from '../../shared/permissions.ts'
import {
  categories,
  severities,
  stages,
  threadKinds,
  threadStates,
  toolings,
  type Author,
} from '../../shared/review.ts'
import { Keys } from '../ui/Keys.tsx'
import { peopleBySide } from '../ui/threads/ThreadFields.tsx'
import type { ThreadsSearch } from './threads-search.ts'
import { isOfComposition } from '../ui/text/composing.ts'
import classes from './ThreadsFilters.module.css'

interface FiltersProps {
  search: ThreadsSearch
  onSearch(change: ThreadsSearch): void
  people: readonly Author[]
  resources: readonly { id: string; title: string }[]
  field: Ref<HTMLInputElement>
}

const named = <Value extends string>(values: readonly Value[], label: (value: Value) => string) =>
  values.map((value) => ({ value, label: label(value) }))

/** Which points are shown: a search, and a field for each thing that they can be told apart by. */
export function ThreadsFilters({ search, onSearch, people, resources, field }: FiltersProps) {
  const { t } = useTranslation(['points', 'review', 'ui'])
  const choose = (key: keyof ThreadsSearch, data: React.ComponentProps<typeof Select>['data']) => (
    <Select
      size="xs"
      className={classes.choice}
      clearable
      searchable={key === 'assignee' || key === 'category' || key === 'document'}
      aria-label={t(`filter.${key}`)}
      placeholder={t(`filter.${key}`)}
      nothingFoundMessage={t('review:fields.nothing')}
      data={data}
      value={(search[key] as string | undefined) ?? null}
      data-filter={key}
      data-chosen={search[key] !== undefined}
      comboboxProps={{ width: 'max-content', position: 'bottom-start' }}
      onChange={(value) => onSearch({ [key]: value ?? undefined } as ThreadsSearch)}
    />
  )
  const isNarrowed = (Object.keys(search) as (keyof ThreadsSearch)[]).some(
    (key) => narrowing.has(key) && search[key] !== undefined,
  )
  return (
    <div className={classes.filters} role="search" aria-label={t('filter.label')}>
      <TextInput
        ref={field}
        size="xs"
        className={classes.search}
        type="search"
        aria-label={t('filter.q')}
        placeholder={t('filter.q')}
        leftSection={<IconSearch size={14} stroke={1.6} aria-hidden />}
        rightSection={
          search.q ? (
            <CloseButton
              size="xs"
              aria-label={t('filter.clear')}
              onClick={() => onSearch({ q: undefined })}
            />
          ) : (
            <Keys keys={['/']} />
          )
        }
        value={search.q ?? ''}
        onChange={(event) => onSearch({ q: event.currentTarget.value || undefined })}
        onKeyDown={(event) => {
          if (event.key === 'Escape' && !isOfComposition(event)) event.currentTarget.blur()
        }}
      />
      {search.view !== 'board' &&
        choose('state', [
          { value: 'pending', label: t('filter.pending') },
          { value: 'all', label: t('filter.all') },
          ...named(threadStates, (state) => t(`review:state.${state}`)),
        ])}
      {choose('waiting', [
        { value: 'us', label: t('waiting.us') },
        { value: 'them', label: t('waiting.them') },
      ])}
      {choose(
        'severity',
        named(severities, (severity) => t(`review:severity.${severity}`)),
      )}
      {choose(
        'kind',
        named(threadKinds, (kind) => t(`review:kind.${kind}`)),
      )}
      {choose('category', [
        ...named(categories, (category) => t(`review:category.${category}`)),
        { value: 'none', label: t('filter.noCategory') },
      ])}
      {choose('stage', [...stages])}
      {choose(
        'tooling',
        named(toolings, (tooling) => t(`review:tooling.${tooling}`)),
      )}
      {choose('assignee', [
        { value: 'me', label: t('filter.me') },
        { value: 'none', label: t('filter.nobody') },
        ...peopleBySide(people, (side) => t(`ui:side.${side}`)),
      ])}
      {choose('due', [
        { value: 'late', label: t('filter.late') },
        { value: 'week', label: t('filter.week') },
        { value: 'none', label: t('filter.noDate') },
      ])}
      {choose(
        'side',
        named(sides, (side) => t(`ui:side.${side}`)),
      )}
      {choose('document', [
        ...resources.map(({ id, title }) => ({ value: id, label: title })),
        { value: 'project', label: t('wholeProject') },
      ])}
      {isNarrowed && (
        <Button variant="subtle" size="compact-xs" onClick={() => onSearch(nothingNarrowed)}>
          {t('filter.clear')}
        </Button>
      )}
    </div>
  )
}

/** The parts of the address that leave points out. */
export const nothingNarrowed: ThreadsSearch = {
  state: undefined,
  severity: undefined,
  kind: undefined,
  category: undefined,
  stage: undefined,
  tooling: undefined,
  side: undefined,
  waiting: undefined,
  assignee: undefined,
  due: undefined,
  document: undefined,
  q: undefined,
}
const narrowing = new Set(Object.keys(nothingNarrowed))
