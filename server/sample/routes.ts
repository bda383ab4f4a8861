import { z } from '@hono/zod-openapi'
import type { Limits } from '../../shared/limits.ts'
import { createSample as create } from '../../shared/projects.ts'
import type { Passwords } from '../accounts/passwords.ts'
import type { FileStore } from '../files/store.ts'
import { addressOf } from '../http/address.ts'
import { declareRoute, feature, json } from '../http/route.ts'
import { createSample } from './sample.ts'

interface Needs {
  limits: Limits
  store: FileStore
  passwords: Pick<Passwords, 'hash'>
}

/** The sample project, for whoever wants to see how a review goes before starting one. */
export function sampleRoutes({ limits, store, passwords }: Needs) {
  return feature('Projects').openapi(
    declareRoute('account', {
      method: 'post',
      path: '/api/projects/sample',
      operationId: 'createSample',
      summary: 'Create the sample project',
      refusals: ['too_many_projects'],
      request: { body: json(create) },
      responses: { 201: json(z.object({ id: z.string() }), 'Created') },
    }),
    async (c) => {
      const { locale } = c.req.valid('json')
      const owner = { userId: c.var.user.id, locale }
      const hash = (password: string) => passwords.hash(password, addressOf(c), c.req.raw.signal)
      const id = await createSample(c.var.database, store, owner, hash, limits)
      c.var.log.info({ event: 'sample created', projectId: id, by: c.var.user.id })
      return c.json({ id }, 201)
    },
  )
}
