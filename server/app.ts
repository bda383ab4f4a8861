import { OpenAPIHono, z } from '@hono/zod-openapi'
import type { Logger } from 'pino'
import type { Registry } from 'prom-client'
import { Refusal } from '../shared/errors.ts'
import type { Limits } from '../shared/limits.ts'
import type { Database } from './db/database.ts'
import { answerFailure } from './http/failures.ts'
import { houseRoutes } from './http/house.ts'
import { sameOrigin } from './http/origin.ts'
import { limitBodies, limitRequests, observeRequests } from './http/requests.ts'
import { declareRoute, type Access, type Env } from './http/route.ts'
import type { Rooms } from './rooms/ports.ts'

/** What the process hands to the application. */
export interface Services {
  database: Database
  limits: Limits
  /** The address people type, such as `https://review.example.com`; null: whatever Host they asked for. */
  publicUrl: string | null
  logger: Logger
  registry: Registry
}

/** Composes the application: ports first, then every feature's routes behind the checks that all of them share. */
export function createApp(services: Services) {
  const { database, limits, publicUrl, logger, registry } = services
  const app = new OpenAPIHono<Env>()
  app.onError(answerFailure)
  app.use(observeRequests(logger, registry))
  app.use('/api/*', async (c, next) => {
    c.header('Cache-Control', 'no-store')
    await next()
  })
  app.use('/api/*', limitRequests(limits), sameOrigin(publicUrl), limitBodies(limits))

  const routes = app.route('/', houseRoutes({ database, registry }))

  app.all('/api/*', () => {
    throw new Refusal('not_found')
  })
  return { app, routes }
}

/** The HTTP interface as a type: what the web client is typed from. */
export type Api = ReturnType<typeof createApp>['routes']
