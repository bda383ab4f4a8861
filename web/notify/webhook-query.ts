import { queryOptions } from '@tanstack/react-query'
import { api, call } from '../api.ts'

/** Where a project's news go, and whether mails leave the house; for its owners. */
export const webhooksQuery = (projectId: string) =>
  queryOptions({
    queryKey: ['projects', projectId, 'webhooks'],
    queryFn: () => call(api.projects[':projectId'].webhooks.$get({ param: { projectId } })),
  })

/** What was sent to one receiver lately. */
export const deliveriesQuery = (projectId: string, webhookId: string) =>
  queryOptions({
    queryKey: ['projects', projectId, 'webhooks', webhookId],
    queryFn: async () => {
      const param = { projectId, webhookId }
      const at = api.projects[':projectId'].webhooks[':webhookId'].deliveries
      return (await call(at.$get({ param }))).deliveries
    },
  })
