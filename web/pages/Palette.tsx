import { useMantineColorScheme } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import { Spotlight, useSpotlight, type SpotlightActionGroupData } from '@mantine/spotlight'
import {
  IconFileText,
  IconFolder,
  IconLanguage,
  IconList,
  IconLogout,
  IconPlus,
  IconRubberStamp,
  IconSearch,
  IconSettings,
  IconSunMoon,
} from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { accountQuery } from '../accounts/account.ts'
import { nextLocale, useChangeLocale, useSignOut } from '../accounts/actions.ts'
import { projectQuery, projectsQuery } from '../projects/queries.ts'
import { Keys } from '../ui/Keys.tsx'
import { paletteStore } from '../ui/palette.ts'
import { languageNames } from '../ui/language-names.ts'

const icon = { size: 18, stroke: 1.5 }

/** Ctrl/⌘ K: goes to any project or document and does any action that has no place of its own. */
export function Palette() {
  const { t } = useTranslation('ui')
  const user = useQuery(accountQuery).data
  const { opened } = useSpotlight(paletteStore)
  const groups = usePlaces(Boolean(user) && opened)
  const actions = useActions()
  if (!user) return null
  return (
    <Spotlight
      store={paletteStore}
      actions={[...groups, actions].filter((group) => group.actions.length > 0)}
      attributes={{ content: { 'aria-label': t('palette.placeholder') } }}
      overlayProps={{ backgroundOpacity: 0.35 }}
      shortcut="mod + K"
      highlightQuery
      scrollable
      maxHeight={420}
      limit={30}
      nothingFound={t('palette.nothing')}
      searchProps={{
        leftSection: <IconSearch {...icon} />,
        placeholder: t('palette.placeholder'),
        'aria-label': t('palette.placeholder'),
      }}
      transitionProps={{ duration: 100 }}
    />
  )
}

/** The projects, and the documents of the project that is shown. */
function usePlaces(enabled: boolean): SpotlightActionGroupData[] {
  const { t } = useTranslation('ui')
  const navigate = useNavigate()
  const { projectId } = useParams({ strict: false })
  const projects = useQuery({ ...projectsQuery, enabled }).data ?? []
  const project = useQuery({ ...projectQuery(projectId ?? ''), enabled: enabled && Boolean(projectId) }).data
  const documents = (project?.documents ?? []).map((document) => ({
    id: document.id,
    label: document.title,
    leftSection: <IconFileText {...icon} />,
    onClick: () => void navigate({ to: '/documents/$documentId', params: { documentId: document.id } }),
  }))
  const signing = {
    id: 'sign',
    label: t('palette.sign'),
    leftSection: <IconRubberStamp {...icon} />,
    onClick: () => void navigate({ to: '/projects/$projectId/sign', params: { projectId: projectId ?? '' } }),
  }
  return [
    { group: t('palette.documents'), actions: projectId ? [...documents, signing] : [] },
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

function useActions(): SpotlightActionGroupData {
  const { t, i18n } = useTranslation('ui')
  const navigate = useNavigate()
  const changeLocale = useChangeLocale()
  const signOut = useSignOut()
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
    actions: list.map(({ id, Icon, keys, run }) => ({
      id,
      label: t(`palette.${id}`, { language: languageNames[other] }),
      leftSection: <Icon {...icon} />,
      rightSection: keys && <Keys keys={keys} />,
      onClick: () => void run(),
    })),
  }
}
