import { Button, Text } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { api, call } from '../api.ts'
import { confirm } from '../ui/feedback/confirm.tsx'
import { useFormats } from '../ui/language/formats.ts'
import { tellDone, tellError } from '../ui/feedback/notices.ts'
import { Section } from '../ui/layout/Section.tsx'
import { editHistoryQuery } from './queries.ts'

/** How much a project's edits take, for its owners, and the way out when that is all they may. */
export function EditHistory({ projectId }: { projectId: string }) {
  const { t } = useTranslation('projects')
  const formats = useFormats()
  const queryClient = useQueryClient()
  const { data: usage } = useQuery(editHistoryQuery(projectId))
  const fold = useMutation({
    mutationFn: () => call(api.projects[':projectId'].history.fold.$post({ param: { projectId } })),
    onSuccess: (left) => {
      queryClient.setQueryData(editHistoryQuery(projectId).queryKey, left)
      tellDone(t('editHistory.done', { used: formats.size(left.bytes) }))
    },
    onError: tellError,
  })
  if (!usage) return null
  const ask = async () => {
    const question = {
      title: t('editHistory.confirmTitle'),
      text: t('editHistory.confirmText'),
      action: t('editHistory.action'),
      final: true,
    }
    if (await confirm(question)) fold.mutate()
  }
  return (
    <Section
      title={t('editHistory.title')}
      end={
        <Button variant="default" size="xs" loading={fold.isPending} onClick={() => void ask()}>
          {t('editHistory.action')}
        </Button>
      }
    >
      <Text size="sm" c="dimmed">
        {t('editHistory.text', {
          used: formats.size(usage.bytes),
          limit: formats.size(usage.limit),
        })}
      </Text>
    </Section>
  )
}
