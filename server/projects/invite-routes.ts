import { z } from '@hono/zod-openapi'
import type { Publish } from '../../shared/wire/events.ts'
import type { Limits } from '../../shared/limits.ts'
import { createInvite as offer, invite, inviteOffer, inviteToken } from '../../shared/projects.ts'
import type { Database } from '../db/database.ts'
import { chargedList } from '../http/limits/list-budget.ts'
import { declareRoute, feature, json, nothing } from '../http/route.ts'
import type { Bus, Reading } from '../rooms/ports.ts'
import { actorOf } from '../trail/append.ts'
import {
  acceptInvite,
  countInvites,
  createInvite,
  listInvites,
  previewInvite,
  revokeInvite,
} from './invites.ts'

interface Needs {
  database: Database
  limits: Limits
  publish: Publish
  recheck: Bus['recheck']
  reading: Reading
}

const projectParams = z.object({ projectId: z.string() })

const ofInvite = ['invite_invalid', 'invite_used', 'invite_expired'] as const

/** Invitations by link. The secret travels in a request's body only, never in an address that logs could keep. */
export function inviteRoutes({ database, limits, publish, recheck, reading }: Needs) {
  return feature('Invitations')
    .openapi(
      declareRoute('members.manage', {
        method: 'get',
        path: '/api/projects/{projectId}/invites',
        operationId: 'listInvites',
        summary: 'List the invitations of a project',
        request: { params: projectParams },
        responses: { 200: json(z.object({ invites: z.array(invite) })) },
      }),
      async (c) => {
        const { projectId } = c.var.scope
        const count = countInvites(database, projectId)
        const invites = await chargedList(c, reading, count, () => listInvites(database, projectId))
        return c.json({ invites }, 200)
      },
    )
    .openapi(
      declareRoute('members.manage', {
        method: 'post',
        path: '/api/projects/{projectId}/invites',
        operationId: 'createInvite',
        summary: 'Make an invitation',
        refusals: ['too_many_invites'],
        request: { params: projectParams, body: json(offer) },
        responses: { 201: json(z.object({ invite, token: z.string() }), 'The secret is shown this once') },
      }),
      async (c) => {
        const { days = limits.inviteDays, ...given } = c.req.valid('json')
        const { projectId } = c.var.scope
        const made = await createInvite(c.var.database, { ...given, days, projectId }, actorOf(c.var), limits)
        const { id, role, side } = made.invite
        c.var.log.info({ event: 'invite made', projectId, inviteId: id, role, side, by: c.var.user.id })
        return c.json(made, 201)
      },
    )
    .openapi(
      declareRoute('members.manage', {
        method: 'delete',
        path: '/api/projects/{projectId}/invites/{inviteId}',
        operationId: 'revokeInvite',
        summary: 'Take an unused invitation back',
        refusals: ['invite_used'],
        request: { params: projectParams.extend({ inviteId: z.string() }) },
        responses: { 204: nothing },
      }),
      async (c) => {
        const { inviteId } = c.req.valid('param')
        await revokeInvite(c.var.database, c.var.scope.projectId, inviteId, actorOf(c.var))
        c.var.log.info({ event: 'invite revoked', inviteId, by: c.var.user.id })
        return c.body(null, 204)
      },
    )
    .openapi(
      declareRoute('public', {
        method: 'post',
        path: '/api/invites/look',
        operationId: 'readInvite',
        summary: 'Look at an invitation',
        refusals: ofInvite,
        request: { body: json(inviteToken) },
        responses: { 200: json(z.object({ offer: inviteOffer })) },
      }),
      async (c) => c.json({ offer: await previewInvite(database, c.req.valid('json').token) }, 200),
    )
    .openapi(
      declareRoute('account', {
        method: 'post',
        path: '/api/invites/accept',
        operationId: 'acceptInvite',
        summary: 'Join a project by an invitation',
        refusals: [...ofInvite, 'already_member', 'too_many_projects'],
        request: { body: json(inviteToken) },
        responses: { 200: json(z.object({ projectId: z.string() })) },
      }),
      async (c) => {
        const projectId = await acceptInvite(c.var.database, c.req.valid('json').token, c.var.user, limits)
        const { id: userId } = c.var.user
        // who was here as a guest has from now on a member's place
        await recheck({ projectId, userId })
        publish(projectId, { type: 'members.changed' })
        c.var.log.info({ event: 'member joined', projectId, userId })
        return c.json({ projectId }, 200)
      },
    )
}
