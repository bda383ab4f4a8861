import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { VersionSummary } from '../../shared/history.ts'
import { api, call, convertsFirst } from '../api.ts'
import { confirm } from '../ui/feedback/confirm.tsx'
import { tellDone, tellError } from '../ui/feedback/notices.ts'

/**
 * Asks, then brings a version back. The text arrives like any edit, through the room. `onRestored` is not called any more
 * when whoever asked has gone on to something else.
 */
export function useRestore(onRestored: () => void) {
  const { t } = useTranslation('history')
  const { mutate, isPending } = useMutation({
    mutationFn: ({ documentId, id: versionId }: VersionSummary) =>
      call(
        api.documents[':documentId'].versions[':versionId'].restore.$post(
          { param: { documentId, versionId } },
          convertsFirst,
        ),
      ),
    onSuccess: (_, { number }) => tellDone(t('restored', { number })),
    onError: tellError,
  })
  return {
    restoring: isPending,
    async restore(version: VersionSummary) {
      const { number, name } = version
      const agreed = await confirm({
        title: t('restoreTitle', { number }),
        text: t('restoreText', { name }),
        action: t('restore'),
      })
      // said with the act and not with the hook: then it ends with the part of the page that asked
      if (agreed) mutate(version, { onSuccess: onRestored })
    },
  }
}
