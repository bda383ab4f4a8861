import { Button } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import { IconPlus } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useOwnAccount } from '../../accounts/account.ts'
import { api, call } from '../../api.ts'
import { currentLocale } from '../../i18n.ts'
import { NewProject } from '../../projects/NewProject.tsx'
import { ProjectList } from '../../projects/ProjectList.tsx'
import { projectsQuery } from '../../projects/queries.ts'
import { EmptyState } from '../../ui/feedback/EmptyState.tsx'
import { ErrorState } from '../../ui/feedback/ErrorState.tsx'
import { Keys } from '../../ui/Keys.tsx'
import { Loading } from '../../ui/feedback/Loading.tsx'
import { Seal } from '../../ui/Seal.tsx'
import { tellError } from '../../ui/feedback/notices.ts'
import { Page } from '../frame/Page.tsx'
import classes from './ProjectsPage.module.css'

/** The first page: my projects, or the way to the first one. */
export function ProjectsPage() {
  const { t } = useTranslation(['projects', 'guests'])
  const projects = useQuery(projectsQuery)
  const { new: creating } = useSearch({ from: '/signed-in/' })
  const navigate = useNavigate()
  const setCreating = (open: boolean) =>
    void navigate({ to: '/', search: { new: open || undefined }, replace: true })
  const enter = (projectId: string) =>
    void navigate({ to: '/projects/$projectId', params: { projectId }, replace: Boolean(creating) })
  useHotkeys([['c', () => setCreating(true)]])
  const isGuest = useOwnAccount().email === null
  const empty = projects.data?.length === 0
  return (
    <Page
      where={[{ label: t('list') }]}
      action={
        !empty &&
        !isGuest && (
          <Button
            size="xs"
            leftSection={<IconPlus size={16} stroke={1.75} />}
            rightSection={
              <span className={classes.key}>
                <Keys keys={['C']} />
              </span>
            }
            onClick={() => setCreating(true)}
          >
            {t('new.title')}
          </Button>
        )
      }
    >
      <h1 className={classes.title}>{t('list')}</h1>
      {projects.isPending && <Loading />}
      {projects.error && <ErrorState error={projects.error} onRetry={() => void projects.refetch()} />}
      {empty && isGuest && <EmptyState title={t('guests:nothing')}>{t('guests:nothingText')}</EmptyState>}
      {empty && !isGuest && <FirstSteps onNew={() => setCreating(true)} onEnter={enter} />}
      {projects.data && !empty && <ProjectList projects={projects.data} />}
      <NewProject opened={creating ?? false} onClose={() => setCreating(false)} onCreated={enter} />
    </Page>
  )
}

function FirstSteps({ onNew, onEnter }: { onNew: () => void; onEnter: (projectId: string) => void }) {
  const { t } = useTranslation('projects')
  const queryClient = useQueryClient()
  const sample = useMutation({
    mutationFn: () => call(api.projects.sample.$post({ json: { locale: currentLocale() } })),
    onSuccess: () => void queryClient.invalidateQueries({ queryKey: projectsQuery.queryKey, exact: true }),
    onError: tellError,
  })
  // said with the act and not with the hook: who has gone on to something else is not led there
  const enter = () => sample.mutate(undefined, { onSuccess: ({ id }) => onEnter(id) })
  return (
    <EmptyState
      mark={<Seal inked={[]} size={56} />}
      title={t('empty.title')}
      actions={
        <>
          <Button onClick={onNew}>{t('new.title')}</Button>
          <Button variant="default" loading={sample.isPending} onClick={enter}>
            {t('empty.sample')}
          </Button>
        </>
      }
    >
      {t('empty.text')}
    </EmptyState>
  )
}
