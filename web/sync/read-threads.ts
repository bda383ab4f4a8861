import { hashKey, type QueryFunctionContext } from '@tanstack/react-query'
import type { ClientResponse } from 'hono/client'
import type { Thread } from '../../shared/review.ts'
import { callIfChanged } from '../api.ts'

/** Reads points; what is known when nothing was said since. */
export async function readThreads(
  { client, queryKey }: QueryFunctionContext,
  ask: (options: {
    headers: Record<string, string>
  }) => Promise<ClientResponse<{ threads: Thread[] }, 200, 'json'>>,
): Promise<Thread[]> {
  const known = client.getQueryData<Thread[]>(queryKey)
  const answer = await callIfChanged(hashKey(queryKey), known !== undefined, ask)
  return answer === null ? known! : answer.threads
}
