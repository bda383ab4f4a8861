import { hashKey, type QueryFunctionContext } from '@tanstack/react-query'
import type { Thread } from '../../shared/review.ts'
import { api, callIfChanged } from '../api.ts'

/** Reads the points of a project, or of one of its documents; what is known when nothing was said since. */
export async function readThreads(
  { client, queryKey }: QueryFunctionContext,
  projectId: string,
  documentId?: string,
): Promise<Thread[]> {
  const known = client.getQueryData<Thread[]>(queryKey)
  const answer = await callIfChanged(hashKey(queryKey), known !== undefined, (options) =>
    api.projects[':projectId'].threads.$get(
      { param: { projectId }, query: documentId === undefined ? {} : { documentId } },
      options,
    ),
  )
  return answer === null ? known! : answer.threads
}
