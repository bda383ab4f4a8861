import { z } from '@hono/zod-openapi'
import type { Publish } from '../../shared/wire/events.ts'
import { changeMember as memberChange, member } from '../../shared/projects.ts'
import { declareRoute, feature, json, nothing } from '../http/route.ts'
import type { Bus } from '../rooms/ports.ts'
import { actorOf } from '../trail/append.ts'
import { changeMember, removeMember, type EndOtherAccess } from './members.ts'

interface Needs {
  publish: Publish
  recheck: Bus['recheck']
  endOtherAccess: EndOtherAccess
}

const projectParams = z.object({ projectId: z.string() })
const memberParams = projectParams.extend({ userId: z.string() })

/** Who is in a project. Whatever changes here is decided again for the sockets that are open (rule 8). */
export function memberRoutes({ publish, recheck, endOtherAccess }: Needs) {
  async function announce(projectId: string, userId: string): Promise<void> {
    await recheck({ projectId, userId })
    publish(projectId, { type: 'members.changed' })
  }

  return feature('Members')
    .openapi(
      declareRoute('project.leave', {
        method: 'delete',
        path: '/api/projects/{projectId}/members/me',
        operationId: 'leaveProject',
        summary: 'Leave a project',
        refusals: ['last_owner'],
        request: { params: projectParams },
        responses: { 204: nothing },
      }),
      async (c) => {
        const { projectId, userId } = c.var.scope
        await removeMember(c.var.database, projectId, userId, actorOf(c.var), endOtherAccess)
        await announce(projectId, userId)
        c.var.log.info({ event: 'member left', projectId, userId })
        return c.body(null, 204)
      },
    )
    .openapi(
      declareRoute('members.manage', {
        method: 'patch',
        path: '/api/projects/{projectId}/members/{userId}',
        operationId: 'changeMember',
        summary: 'Give a member another role or side',
        refusals: ['last_owner'],
        request: { params: memberParams, body: json(memberChange) },
        responses: { 200: json(z.object({ member })) },
      }),
      async (c) => {
        const { projectId } = c.var.scope
        const { userId } = c.req.valid('param')
        const change = c.req.valid('json')
        const changed = await changeMember(c.var.database, projectId, userId, change, actorOf(c.var))
        await announce(projectId, userId)
        const { role, side } = changed
        c.var.log.info({ event: 'member changed', projectId, userId, role, side, by: c.var.user.id })
        return c.json({ member: changed }, 200)
      },
    )
    .openapi(
      declareRoute('members.manage', {
        method: 'delete',
        path: '/api/projects/{projectId}/members/{userId}',
        operationId: 'removeMember',
        summary: 'Take a member out of a project',
        refusals: ['last_owner'],
        request: { params: memberParams },
        responses: { 204: nothing },
      }),
      async (c) => {
        const { projectId } = c.var.scope
        const { userId } = c.req.valid('param')
        await removeMember(c.var.database, projectId, userId, actorOf(c.var), endOtherAccess)
        await announce(projectId, userId)
        c.var.log.info({ event: 'member removed', projectId, userId, by: c.var.user.id })
        return c.body(null, 204)
      },
    )
}
