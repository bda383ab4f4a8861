import { useMantineColorScheme } from '@mantine/core'
import { useDebouncedValue, useHotkeys } from '@mantine/hooks'
import {
  Spotlight,
  useSpotlight,
  type SpotlightActionGroupData,
  type SpotlightFilterFunction,
} from '@mantine/spotlight'
import {
  IconFolder,
  IconLanguage,
  IconList,
  IconListDetails,
  IconLogout,
  IconMessages,
  IconPlus,
  IconRubberStamp,
  IconSearch,
  IconSettings,
  IconSunMoon,
} from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { linkOptions, useNavigate, useParams } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Snippet } from '../../../shared/search.ts'
import { accountQuery } from '../../accounts/account.ts'
import { nextLocale, useChangeLocale, useSignOut } from '../../accounts/actions.ts'
import { documentQuery } from '../../editor/document-query.ts'
import { searchQuery } from '../../threads/search-query.ts'
import { projectQuery, projectsQuery } from '../../projects/queries.ts'
import { Keys } from '../../ui/Keys.tsx'
import { paletteStore } from '../../ui/layout/palette.ts'
import { languageNames } from '../../ui/language/language-names.ts'
import { linkToResource, resourceKind } from '../../ui/kinds/resource-kinds.ts'
import { useTypedEarly } from '../../ui/forms/use-typed-early.ts'

const icon = { size: 18, stroke: 1.5 }

/** While the dialog is open its focus is kept in it, mostly in the field: then this is the one that has it. */
function paletteField(): HTMLElement | null {
  const dialog = document.querySelector('[data-palette]')
  const { activeElement } = document
  if (dialog?.contains(activeElement)) return activeElement as HTMLElement
  return dialog?.querySelector('input') ?? null
}

/** Ctrl/⌘ K: goes to any project or document and does any action that has no place of its own. */
export function Palette() {
  const { t } = useTranslation('ui')
  const user = useQuery(accountQuery).data
  const { opened } = useSpotlight(paletteStore)
  const [query, setQuery] = useState('')
  const groups = usePlaces(Boolean(user) && opened)
  const { found, isLooking } = useFinds(user && opened ? query : '')
  useFirstSelected(query)
  useTypedEarly(Boolean(user) && opened, paletteField, (typed) => setQuery((former) => former + typed))
  const actions = useActions()
  if (!user) return null
  return (
    <Spotlight
      store={paletteStore}
      actions={[...groups, actions, ...found].filter((group) => group.actions.length > 0)}
      attributes={{ content: { 'aria-label': t('palette.placeholder'), 'data-palette': true } }}
      overlayProps={{ backgroundOpacity: 0.35 }}
      shortcut="mod + K"
      tagsToIgnore={[]}
      triggerOnContentEditable
      query={query}
      onQueryChange={(next) => {
        setQuery(next)
        paletteStore.updateState((state) => ({ ...state, selected: -1 }))
      }}
      filter={matching}
      highlightQuery
      scrollable
      maxHeight={420}
      limit={30}
      nothingFound={t(isLooking ? 'palette.looking' : 'palette.nothing')}
      searchProps={{
        leftSection: <IconSearch {...icon} />,
        placeholder: t('palette.placeholder'),
        'aria-label': t('palette.placeholder'),
      }}
      transitionProps={{ duration: 100 }}
    />
  )
}

/** The projects, and what can be opened in the project that is shown. */
function usePlaces(enabled: boolean): SpotlightActionGroupData[] {
  const { t } = useTranslation('ui')
  const navigate = useNavigate()
  const projectId = useShownProject()
  const projects = useQuery({ ...projectsQuery, enabled }).data ?? []
  const project = useQuery({ ...projectQuery(projectId ?? ''), enabled: enabled && Boolean(projectId) }).data
  const resources = (project?.resources ?? []).flatMap(({ id, kind, title }) => {
    const link = linkToResource(kind, id)
    const Icon = resourceKind(kind)?.Icon
    if (!link || !Icon) return []
    return { id, label: title, leftSection: <Icon {...icon} />, onClick: () => void navigate(link) }
  })
  const threads = {
    id: 'points',
    label: t('palette.points'),
    leftSection: <IconMessages {...icon} />,
    onClick: () =>
      void navigate({ to: '/projects/$projectId/points', params: { projectId: projectId ?? '' } }),
  }
  const isMember = project?.me.guestUntil === null
  const signing = {
    id: 'sign',
    label: t('palette.sign'),
    leftSection: <IconRubberStamp {...icon} />,
    onClick: () => void navigate({ to: '/projects/$projectId/sign', params: { projectId: projectId ?? '' } }),
  }
  const trail = {
    id: 'trail',
    label: t('palette.trail'),
    leftSection: <IconListDetails {...icon} />,
    onClick: () =>
      void navigate({ to: '/projects/$projectId/trail', params: { projectId: projectId ?? '' } }),
  }
  return [
    {
      group: t('palette.documents'),
      actions: projectId ? [...resources, ...(isMember ? [threads, signing, trail] : [])] : [],
    },
    {
      group: t('palette.projects'),
      actions: projects.map((entry) => ({
        id: entry.id,
        label: entry.name,
        leftSection: <IconFolder {...icon} />,
        onClick: () => void navigate({ to: '/projects/$projectId', params: { projectId: entry.id } }),
      })),
    },
  ]
}

/** Those whose name has all the words; what the server found is shown as it came, since it stands in texts elsewhere. */
const matching: SpotlightFilterFunction = (query, groups) => {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean)
  const matched = groups.map((group) =>
    'actions' in group
      ? {
          ...group,
          actions: group.actions.filter(
            ({ id, label = '' }) =>
              id.startsWith('found-') || words.every((word) => label.toLowerCase().includes(word)),
          ),
        }
      : group,
  )
  // else it would be no empty list to the dialog, and it would say nothing
  return matched.filter((group) => !('actions' in group) || group.actions.length > 0)
}

/** The first of what matches is chosen, until another is: Enter goes there. */
function useFirstSelected(query: string): void {
  // what matches may come with any drawing
  useEffect(() => {
    const { listId, selected } = paletteStore.getState()
    const list = listId ? document.getElementById(listId) : null
    const [first] = list?.querySelectorAll('[data-action]') ?? []
    if (query.trim() === '' || !first || selected > 0 || first.matches('[data-selected]')) return
    list!.querySelector('[data-selected]')?.removeAttribute('data-selected')
    first.setAttribute('data-selected', 'true')
    paletteStore.updateState((state) => ({ ...state, selected: 0 }))
  })
}

/** Where the words stand in the documents and points of the project that is shown. */
function useFinds(query: string): { found: SpotlightActionGroupData[]; isLooking: boolean } {
  const { t } = useTranslation('ui')
  const navigate = useNavigate()
  const projectId = useShownProject()
  const [asked] = useDebouncedValue(query.trim(), 150)
  const { data, isLoading } = useQuery({
    ...searchQuery(projectId ?? '', asked),
    enabled: Boolean(projectId && asked && query),
  })
  const isLooking = Boolean(projectId) && query.trim() !== '' && (isLoading || asked !== query.trim())
  if (!projectId || !data || query.trim() === '') return { found: [], isLooking }
  const found = [
    {
      group: t('palette.inTexts'),
      actions: data.resources.slice(0, 5).flatMap(({ resourceId, kind, title, snippet }) => {
        const link = linkToResource(kind, resourceId, { find: snippet.match || undefined })
        const Icon = resourceKind(kind)?.Icon
        if (!link || !Icon) return []
        return {
          id: `found-text-${resourceId}`,
          label: title,
          description: wordsAround(snippet),
          leftSection: <Icon {...icon} />,
          onClick: () => void navigate(link),
        }
      }),
    },
    {
      group: t('palette.found'),
      actions: data.points
        .slice(0, 12)
        .map(({ threadId, number, resourceId, resourceKind: kind, snippet }) => ({
          id: `found-point-${threadId}`,
          label: `${number === 0 ? t('review:draft') : `#${number}`} ${wordsAround(snippet)}`,
          leftSection: <IconMessages {...icon} />,
          onClick: () =>
            void navigate(
              (resourceId && kind && linkToResource(kind, resourceId, { thread: threadId })) ||
                linkOptions({
                  to: '/projects/$projectId/points',
                  params: { projectId },
                  search: { thread: threadId },
                }),
            ),
        })),
    },
  ]
  return { found, isLooking }
}

const wordsAround = ({ before, match, after }: Snippet) => before + match + after

/** The project of the address, also where it names one of its documents. */
function useShownProject(): string | undefined {
  const { projectId, documentId } = useParams({ strict: false })
  const document = useQuery({ ...documentQuery(documentId ?? ''), enabled: Boolean(documentId) }).data
  return projectId ?? document?.document.projectId
}

/** A guest makes no project, and has no way back in after signing out. */
const forAccounts = new Set(['newProject', 'signOut'])

function useActions(): SpotlightActionGroupData {
  const { t, i18n } = useTranslation('ui')
  const navigate = useNavigate()
  const changeLocale = useChangeLocale()
  const signOut = useSignOut()
  const isGuest = useQuery(accountQuery).data?.email === null
  const { toggleColorScheme } = useMantineColorScheme()
  const other = nextLocale(i18n.language)
  const list = [
    {
      id: 'newProject',
      Icon: IconPlus,
      keys: ['C'],
      run: () => navigate({ to: '/', search: { new: true } }),
    },
    { id: 'allProjects', Icon: IconList, run: () => navigate({ to: '/' }) },
    { id: 'settings', Icon: IconSettings, keys: ['mod', ','], run: () => navigate({ to: '/settings' }) },
    { id: 'language', Icon: IconLanguage, run: () => changeLocale.mutate(other) },
    { id: 'theme', Icon: IconSunMoon, run: toggleColorScheme },
    { id: 'signOut', Icon: IconLogout, run: () => signOut.mutate() },
  ]
  useHotkeys([['mod+,', () => void navigate({ to: '/settings' })]], [], true)
  return {
    group: t('palette.actions'),
    actions: list
      .filter(({ id }) => !isGuest || !forAccounts.has(id))
      .map(({ id, Icon, keys, run }) => ({
        id,
        label: t(`palette.${id}`, { language: languageNames[other] }),
        leftSection: <Icon {...icon} />,
        rightSection: keys && <Keys keys={keys} />,
        onClick: () => void run(),
      })),
  }
}
