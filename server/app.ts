import { OpenAPIHono } from '@hono/zod-openapi'
import type { Logger } from 'pino'
import type { Registry } from 'prom-client'
import { Refusal } from '../shared/errors.ts'
import type { Limits } from '../shared/limits.ts'
import type { Database } from './db/database.ts'
import { createCredentials } from './accounts/credentials.ts'
import { createGuessing } from './accounts/guessing.ts'
import { accountRoutes } from './accounts/routes.ts'
import { createSessions } from './accounts/sessions.ts'
import { createAccess } from './documents/access.ts'
import { countDocuments, listDocuments } from './documents/documents.ts'
import { documentRoutes } from './documents/routes.ts'
import { exportRoutes } from './export/routes.ts'
import { openTypesetter } from './export/typeset.ts'
import { fileRoutes } from './files/routes.ts'
import type { FileStore } from './files/store.ts'
import { historyRoutes } from './history/routes.ts'
import { answerFailure } from './http/failures.ts'
import { describeApi, houseRoutes } from './http/house.ts'
import { sameOrigin } from './http/origin.ts'
import { securityHeaders } from './http/pages.ts'
import { limitBodies, limitRequests, observeRequests } from './http/requests.ts'
import type { Env } from './http/route.ts'
import { inviteRoutes } from './projects/invite-routes.ts'
import { memberRoutes } from './projects/member-routes.ts'
import { projectRoutes, type Contents } from './projects/routes.ts'
import { countOpenThreads } from './review/open-threads.ts'
import { reviewRoutes } from './review/routes.ts'
import type { Admission, Rooms } from './rooms/ports.ts'
import { sampleRoutes } from './sample/routes.ts'
import { signoffRoutes } from './signoff/routes.ts'
import type { SigningKey } from './signoff/signing-key.ts'

/** What the process hands to the application. */
export interface Services {
  database: Database
  limits: Limits
  files: FileStore
  signingKey: SigningKey
  /** The address people type, such as `https://review.example.com`; null: whatever Host they asked for. */
  publicUrl: string | null
  /** Reverse proxies whose X-Forwarded-For is believed. */
  trustedProxies: string[]
  logger: Logger
  registry: Registry
  openRooms(admission: Admission): Rooms
}

/** Composes the application: ports first, then every feature's routes behind the checks that all of them share. */
export function createApp(services: Services) {
  const { database, limits, files, signingKey, publicUrl, logger, registry } = services
  const trustedProxies = new Set(services.trustedProxies)
  const secure = publicUrl?.startsWith('https:') ?? false
  const sessions = createSessions(database, limits, secure)
  const credentials = createCredentials(database, createGuessing(limits))
  const { access, admission } = createAccess(database, sessions, publicUrl)
  const rooms = services.openRooms(admission)
  const { publish } = rooms
  const recheck = rooms.recheck.bind(rooms)
  const contents: Contents = {
    documents: (projectId) => listDocuments(database, projectId),
    documentCounts: (projectIds) => countDocuments(database, projectIds),
    openThreadCounts: (projectIds) => countOpenThreads(database, projectIds),
  }

  const app = new OpenAPIHono<Env>()
  app.onError(answerFailure)
  app.use(observeRequests(logger, registry))
  app.use('/api/*', async (c, next) => {
    c.set('access', access)
    c.set('trustedProxies', trustedProxies)
    c.header('Cache-Control', 'no-store')
    await next()
    // Data is never a page, whatever somebody put into it.
    c.res.headers.set('Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'; sandbox")
  })
  app.use(securityHeaders(secure))
  app.use('/api/*', limitRequests(limits), sameOrigin(publicUrl), limitBodies(limits))

  const routes = app
    .route('/', accountRoutes({ database, sessions, credentials, recheck, secure }))
    .route('/', projectRoutes({ database, contents, publish, recheck }))
    .route('/', memberRoutes({ database, publish, recheck }))
    .route('/', inviteRoutes({ database, limits, publish }))
    .route('/', fileRoutes({ database, store: files, limits }))
    .route('/', documentRoutes({ database, publish, recheck }))
    .route('/', historyRoutes({ database, rooms }))
    .route('/', reviewRoutes({ database, rooms, limits }))
    .route('/', signoffRoutes({ database, rooms, publish, credentials, key: signingKey }))
    .route('/', exportRoutes({ database, store: files, key: signingKey, typeset: openTypesetter() }))
    .route('/', sampleRoutes({ database, store: files }))
    .route('/', houseRoutes({ database, registry, describe: describeApi(app, sessions.cookieName) }))

  app.all('/api/*', () => {
    throw new Refusal('not_found')
  })
  return { app, routes, rooms }
}

/** The HTTP interface as a type: what the web client is typed from. */
export type Api = ReturnType<typeof createApp>['routes']
