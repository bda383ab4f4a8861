import type { QueryClient } from '@tanstack/react-query'
import type { TFunction } from 'i18next'
import type { RevisionSummary } from '../../shared/signoff.ts'
import { tellDone, tellInstead } from '../ui/feedback/notices.ts'
import { revisionsQuery } from './queries.ts'

const told = { open: 'sign.done', sealing: 'sign.sealing', signed: 'sign.sealed' } as const

/**
 * Says what a signature has led to. While the package is being sealed the notice says so, and that it is done as soon as
 * the project's list knows it, on whatever page.
 */
export function tellSigned(queryClient: QueryClient, signed: RevisionSummary, t: TFunction<'signoff'>): void {
  const { id, projectId, letter, state } = signed
  if (state === 'withdrawn') return
  const { queryKey } = revisionsQuery(projectId)
  const isSealed = () => queryClient.getQueryData(queryKey)?.find((one) => one.id === id)?.state === 'signed'
  // an event may have overtaken the reply
  if (state !== 'sealing' || isSealed()) {
    tellDone(t(told[state === 'sealing' ? 'signed' : state], { letter }))
    return
  }
  const notice = tellDone(t(told.sealing, { letter }), () => stop())
  const stop = queryClient.getQueryCache().subscribe(() => {
    if (!isSealed()) return
    stop()
    tellInstead(notice, t(told.signed, { letter }))
  })
}
