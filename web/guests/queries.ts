import { queryOptions } from '@tanstack/react-query'
import type { GuestLink } from '../../shared/guests.ts'
import { api, call } from '../api.ts'

/** A link with whether its time was over when the list was read. */
export type ListedLink = GuestLink & { isOver: boolean }

/** A project's guest links, the latest first. */
export const guestLinksQuery = (projectId: string) =>
  queryOptions({
    queryKey: ['projects', projectId, 'guest-links'],
    queryFn: async (): Promise<ListedLink[]> => {
      const { links } = await call(api.projects[':projectId']['guest-links'].$get({ param: { projectId } }))
      return links.map((link) => ({ ...link, isOver: new Date(link.expiresAt).getTime() <= Date.now() }))
    },
  })

/** Who can be named in a project: its members, and guests with the documents that they see. */
export const peopleQuery = (projectId: string) =>
  queryOptions({
    queryKey: ['projects', projectId, 'people'],
    queryFn: async () =>
      (await call(api.projects[':projectId'].people.$get({ param: { projectId } }))).people,
  })

/** What the link with this secret offers in this browser. */
export const offerQuery = (token: string) =>
  queryOptions({
    queryKey: ['guest-offer', token],
    queryFn: async () => {
      return (await call(api.guests.look.$post({ json: { token } }))).offer
    },
    staleTime: Infinity,
  })
