import { queryOptions } from '@tanstack/react-query'
import type { InferResponseType } from 'hono/client'
import { api, call } from '../api.ts'

/** The projects I am a member of. */
export const projectsQuery = queryOptions({
  queryKey: ['projects'],
  queryFn: async () => (await call(api.projects.$get())).projects,
})

/** One project with my membership, its members and its documents. */
export const projectQuery = (projectId: string) =>
  queryOptions({
    queryKey: ['projects', projectId],
    queryFn: () => call(api.projects[':projectId'].$get({ param: { projectId } })),
  })

export type WholeProject = InferResponseType<(typeof api.projects)[':projectId']['$get'], 200>

/** What a project's edits take, for its owners. */
export const editHistoryQuery = (projectId: string) =>
  queryOptions({
    queryKey: ['projects', projectId, 'history'],
    queryFn: () => call(api.projects[':projectId'].history.$get({ param: { projectId } })),
  })

/** A project's invitations that can still be used. */
export const invitesQuery = (projectId: string) =>
  queryOptions({
    queryKey: ['projects', projectId, 'invites'],
    queryFn: async () => {
      const { invites } = await call(api.projects[':projectId'].invites.$get({ param: { projectId } }))
      return invites.filter(({ usedBy, expiresAt }) => !usedBy && new Date(expiresAt).getTime() > Date.now())
    },
  })
