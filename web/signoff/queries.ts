import { queryOptions, replaceEqualDeep, type QueryClient } from '@tanstack/react-query'
import { latestFirst, type RevisionSummary } from '../../shared/signoff.ts'
import { api, call, convertsFirst } from '../api.ts'
import { readAnew } from '../sync/read-anew.ts'

const routes = api.projects[':projectId'].revisions

/** A project's revisions, the latest first. */
export const revisionsQuery = (projectId: string) =>
  queryOptions({
    queryKey: ['projects', projectId, 'revisions'],
    queryFn: async () => (await call(routes.$get({ param: { projectId } }))).revisions,
    // what arrived by event while the answer was on its way is newer than the answer
    structuralSharing: (before, after) =>
      replaceEqualDeep(
        before,
        newestOfRead(after as RevisionSummary[], before as RevisionSummary[] | undefined),
      ),
  })

/** What a revision froze. It never changes, so it is asked for once, and anew when the revision proves to be broken. */
export const frozenQuery = ({ projectId, id: revisionId, integrity }: RevisionSummary) =>
  queryOptions({
    queryKey: ['projects', projectId, 'revisions', revisionId, integrity],
    staleTime: Infinity,
    queryFn: () => call(routes[':revisionId'].$get({ param: { projectId, revisionId } })),
  })

/** What stands in the way of putting forward, besides points; looked for anew each time that it is asked. */
export const obstaclesQuery = (projectId: string) =>
  queryOptions({
    queryKey: ['projects', projectId, 'obstacles'],
    staleTime: 0,
    gcTime: 0,
    queryFn: async () =>
      (await call(api.projects[':projectId'].obstacles.$get({ param: { projectId } }, convertsFirst)))
        .obstacles,
  })

const steps = { open: 0, sealing: 1, signed: 2, withdrawn: 2 } as const

/** A reply and an event may overtake each other; a revision only goes on, unless it proves to be broken. */
const isBehind = (said: RevisionSummary, known: RevisionSummary): boolean =>
  said.integrity === 'ok' &&
  (steps[said.state] < steps[known.state] ||
    (said.state === known.state && said.signatures.length < known.signatures.length))

/** What was read, with what was told meanwhile. No revision ever goes: one that was not read yet is a new one. */
function newestOfRead(read: RevisionSummary[], before: RevisionSummary[] = []): RevisionSummary[] {
  const told = new Map(before.map((one) => [one.id, one]))
  const newest = read.map((one) => {
    const known = told.get(one.id)
    told.delete(one.id)
    return known?.integrity === 'ok' && isBehind(one, known) ? known : one
  })
  return [...newest, ...told.values()].toSorted(latestFirst)
}

/** Puts what the server said about one revision into the list that is shown, unless more is known of it already. */
export function keepRevision(queryClient: QueryClient, revision: RevisionSummary): void {
  const { queryKey } = revisionsQuery(revision.projectId)
  const known = queryClient.getQueryData(queryKey)?.find(({ id }) => id === revision.id)
  queryClient.setQueryData(queryKey, (list) => {
    if (!list) return list
    if (list.some((one) => one.id === revision.id && isBehind(revision, one))) return list
    const others = list.filter((one) => one.id !== revision.id)
    return [revision, ...others].toSorted(latestFirst)
  })
  // intact and broken follow each other both ways: a list that is on its way may be older than what was said
  if (known?.integrity !== revision.integrity) void readAnew(queryClient, { queryKey, exact: true })
}

/** Where a revision is downloaded from. */
export const exportAddress = (
  revision: RevisionSummary,
  file: 'revision.pdf' | 'revision.md' | 'package.zip',
  locale: string,
): string => {
  const path = `/api/projects/${revision.projectId}/revisions/${revision.id}/${file}`
  return file === 'package.zip' ? path : `${path}?locale=${locale}`
}
