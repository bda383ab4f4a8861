import { createHash } from 'node:crypto'
import { OpenAPIHono } from '@hono/zod-openapi'
import { compress } from 'hono/compress'
import { etag } from 'hono/etag'
import type { Logger } from 'pino'
import type { Registry } from 'prom-client'
import { Refusal } from '../shared/errors.ts'
import { inProcessCounter, type Counter } from '../shared/rules/counter.ts'
import type { Limits } from '../shared/limits.ts'
import type { Database } from './db/database.ts'
import { createRoomTurns, createTransactionTurns } from './db/transaction-turns.ts'
import { addressRoutes } from './accounts/address-routes.ts'
import { createAddresses } from './accounts/addresses.ts'
import { createCredentials } from './accounts/credentials.ts'
import { createLoginThrottle } from './accounts/login-throttle.ts'
import { createPasswords } from './accounts/passwords.ts'
import { accountRoutes } from './accounts/routes.ts'
import { createSessions } from './accounts/sessions.ts'
import { documentCount, listOpened } from './documents/documents.ts'
import { documentKind } from './documents/kind.ts'
import { editHistoryRoutes } from './history/edit-history-routes.ts'
import { documentRoutes } from './documents/routes.ts'
import { threadExportRoutes } from './export/threads/thread-routes.ts'
import { exportRoutes } from './export/routes.ts'
import { createSealing } from './export/package/sealing.ts'
import { createTrial } from './export/print/trial-print.ts'
import { openTypesetter } from './export/print/typeset.ts'
import { fileRoutes } from './files/routes.ts'
import { createDiskShare, type DiskShare } from './files/disk-share.ts'
import type { FileStore } from './files/store.ts'
import { historyRoutes } from './history/routes.ts'
import { createAccess } from './access/access.ts'
import { listGuestProjects } from './access/guest-projects.ts'
import { revokeLinksOf } from './guests/guest-links.ts'
import { checkNewName } from './guests/guest-names.ts'
import { guestRoutes } from './guests/routes.ts'
import { createReadableFiles } from './access/readable-files.ts'
import { addressOf, networkOfRequest, wideNetworkOf } from './http/address.ts'
import { limitBodies } from './http/limits/bodies.ts'
import { createLargeReplies } from './http/limits/large-replies.ts'
import { announceUntold, answerFailure } from './http/failures.ts'
import { describeApi } from './http/description/describe.ts'
import { healthRoutes } from './http/health.ts'
import { sameOrigin } from './http/origin.ts'
import { securityHeaders } from './http/pages.ts'
import { limitRequests, observeRequests } from './http/limits/requests.ts'
import type { Env } from './http/route.ts'
import { noticeUnnamedProxy } from './http/forwarded.ts'
import { trustProxies, type TrustedProxies } from './http/trusted-proxies.ts'
import { limitUpgrades } from './http/limits/upgrades.ts'
import type { Converter } from './conversions/task.ts'
import { queueConfirmation } from './notify/confirmation.ts'
import { mailRoutes } from './notify/mail-routes.ts'
import { webhookRoutes } from './notify/webhook-routes.ts'
import type { BrokenAmong } from './notify/notices.ts'
import { noticeRoutes } from './notify/routes.ts'
import { inviteRoutes } from './projects/invite-routes.ts'
import { memberRoutes } from './projects/member-routes.ts'
import { projectRoutes, type Contents } from './projects/routes.ts'
import { createAnnouncing } from './review/announcing.ts'
import { createCommentBudget } from './review/comment-budget.ts'
import { commentRoutes } from './review/comment-routes.ts'
import { openThreadCount } from './review/open-threads.ts'
import { threadRoutes } from './review/thread-routes.ts'
import { publishingRoutes } from './review/review-routes.ts'
import { proposalRoutes } from './review/proposal-routes.ts'
import { reviewRoutes } from './review/routes.ts'
import type { Admission, Bus, Log, Rooms } from './rooms/ports.ts'
import { registerKinds, type PageOf, type ResourceKind } from './resources/kinds.ts'
import { sampleRoutes } from './sample/routes.ts'
import { searchRoutes } from './search/routes.ts'
import { createPackageChecks } from './signoff/package-checks.ts'
import { costOfProof } from './signoff/record-parts.ts'
import { brokenAmong as brokenRevisions } from './signoff/revisions.ts'
import { signedHeads } from './signoff/signed-heads.ts'
import { signoffRoutes } from './signoff/routes.ts'
import type { SigningKey } from './signoff/signing-key.ts'
import { tokenRoutes } from './tokens/routes.ts'
import { createTrailBudget, withTrailBudget } from './trail/budget.ts'
import { trailRoutes } from './trail/routes.ts'

/** What the process hands to the application. */
export interface Services {
  database: Database
  /** The log of all documents, which the rooms write. */
  log: Log
  limits: Limits
  /** What throttles and limits count with; one of this process alone when it is left out. */
  counter?: Counter
  files: FileStore
  /** Of the disk that files are on; one of its own when it is left out. */
  diskShare?: DiskShare
  signingKey: SigningKey
  /** The address people type, such as `https://review.example.com`; null: whatever Host they asked for. */
  publicUrl: string | null
  /** Lets in who reads /metrics; null: only this machine itself, and nobody where there is a proxy. */
  metricsToken: string | null
  /** Rejects within two seconds when the database does not answer. */
  probeDatabase(): Promise<void>
  /** Reverse proxies whose X-Forwarded-For is believed. */
  trustedProxies: string[]
  logger: Logger
  registry: Registry
  /** Which addresses webhooks may go to. */
  isAllowedAddress(address: string): boolean
  /** True with a mail server; else mails lie in the spool folder. */
  sendsMail: boolean
  converter: Converter
  bus: Bus
  openRooms(admission: Admission): Rooms
  /** Called behind each commit of a request's. */
  onCommitted?(): void
  /** Kinds of resources besides documents. */
  kinds?: readonly ResourceKind[]
}

/** Composes the application: ports first, then every feature's routes behind the checks that all of them share. */
export function createApp(services: Services) {
  const {
    database,
    log,
    limits,
    counter = inProcessCounter(),
    files,
    diskShare = createDiskShare(() => files.freeBytes()),
    signingKey,
    publicUrl,
    logger,
    registry,
    isAllowedAddress,
    sendsMail,
    converter,
    metricsToken,
    onCommitted = () => {},
  } = services
  const { publish, recheck } = services.bus
  const linkBase = (host = '') => publicUrl?.replace(/\/$/, '') ?? `http://${host}`
  const trustedProxies = trustProxies(services.trustedProxies)
  const secure = publicUrl?.startsWith('https:') ?? false
  const sessions = createSessions(database, limits, secure, (userId, sessionIds) => {
    for (const sessionId of sessionIds) {
      void recheck({ userId, sessionId }).catch((error) => logger.error({ err: error }, 'recheck failed'))
    }
  })
  const throttle = createLoginThrottle(limits, counter)
  const budget = createCommentBudget(limits, counter)
  const transactionTurns = createTransactionTurns(limits)
  const roomTurns = createRoomTurns(limits)
  const countedDatabase = withTrailBudget(database, createTrailBudget(limits, counter))
  const passwords = createPasswords(limits)
  const credentials = createCredentials(database, throttle, passwords, limits)
  const addresses = createAddresses({ database, limits, sendsMail, queueMail: queueConfirmation })
  const kinds = registerKinds([documentKind, ...(services.kinds ?? [])])
  const { access, admission } = withOrigins(
    createAccess(database, { sessions, throttle }, kinds, publicUrl),
    diskShare,
    trustedProxies,
  )
  const rooms = services.openRooms(limitUpgrades(admission, limits, trustedProxies))
  const largeReplies = createLargeReplies(rooms.reading, limits)
  const announcing = createAnnouncing({ database, publish, largeReplies, limits })
  const packages = createPackageChecks({ database, store: files, key: signingKey, publish, logger, limits })
  const brokenAmong: BrokenAmong = async (asked) => {
    await packages.look(asked.map(({ projectId }) => projectId))
    return brokenRevisions(database, signingKey, asked)
  }
  const { readable, noteShown } = createReadableFiles(database, rooms.read, converter)
  const contents: Contents = {
    opened: (projectId) => listOpened(database, projectId),
    counts: { documents: documentCount, openThreads: openThreadCount },
    guestProjects: (userId) => listGuestProjects(database, userId, limits.projectsPerPerson),
  }

  const packaging = {
    database,
    store: files,
    key: signingKey,
    converter,
    typeset: openTypesetter(converter, picturesOf(limits)),
  }
  const sealing = createSealing({ ...packaging, publish, logger })

  const app = new OpenAPIHono<Env>()
  app.onError((failure, c) => {
    announceUntold(services.bus, c)
    return answerFailure(failure, c)
  })
  app.use(observeRequests(logger, registry))
  app.use((c, next) => {
    c.set('database', countedDatabase)
    c.set('transactionTurns', transactionTurns)
    c.set('onCommitted', onCommitted)
    c.set('roomTurns', roomTurns)
    return next()
  })
  const noticeProxy = noticeUnnamedProxy(logger, trustedProxies)
  app.use('/api/*', async (c, next) => {
    c.set('access', access)
    c.set('trustedProxies', trustedProxies)
    noticeProxy(c)
    c.header('Cache-Control', 'no-store')
    await next()
    // Data is never a page, whatever somebody put into it.
    c.res.headers.set('Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'; sandbox")
  })
  app.use(securityHeaders(secure))
  app.use(
    '/api/*',
    limitRequests(limits, counter, sessions.personOf),
    sameOrigin(publicUrl),
    limitBodies(limits),
  )
  // thousands of points are megabytes, which go over a phone's network, and are asked for again after each absence
  app.use('/api/:of/:id/threads', compress(), etag({ generateDigest: sha1 }))
  // a text as Yjs writes it packs to a tenth, though its type does not say so
  app.use('/api/documents/:id/text', compress({ contentTypeFilter: /^/ }))

  const routes = app
    .route(
      '/',
      accountRoutes({
        limits,
        counter,
        sessions,
        credentials,
        passwords,
        addresses,
        recheck,
        secure,
        checkNewName,
      }),
    )
    .route('/', addressRoutes({ sessions, credentials, addresses }))
    .route('/', tokenRoutes({ database, limits, credentials }))
    .route(
      '/',
      trailRoutes({
        database,
        reading: rooms.reading,
        largeReplies,
        witnesses: (projectId) => signedHeads(database, projectId),
      }),
    )
    .route('/', projectRoutes({ database, limits, contents, publish, recheck, reading: rooms.reading }))
    .route('/', memberRoutes({ publish, recheck, endOtherAccess: revokeLinksOf }))
    .route('/', inviteRoutes({ database, limits, publish, recheck, reading: rooms.reading }))
    .route('/', fileRoutes({ database, converter, store: files, diskShare, limits, readable, largeReplies }))
    .route('/', documentRoutes({ database, converter, limits, publish, recheck, rooms, largeReplies }))
    .route('/', editHistoryRoutes({ database, limits, log }))
    .route(
      '/',
      historyRoutes({ database, converter, publish, rooms, limits, diskShare, noteShown, largeReplies }),
    )
    .route(
      '/',
      reviewRoutes({ database, kinds, converter, rooms, limits, readable, budget, largeReplies, announcing }),
    )
    .route('/', commentRoutes({ database, limits, readable, budget, largeReplies, announcing }))
    .route('/', publishingRoutes({ database, limits, budget, largeReplies, announcing }))
    .route('/', proposalRoutes({ announcing, limits }))
    .route('/', threadRoutes({ database, largeReplies, budget, announcing }))
    .route('/', searchRoutes({ database, kinds, converter, limits, read: rooms.read }))
    .route(
      '/',
      guestRoutes({
        database,
        limits,
        counter,
        sessions,
        throttle,
        passwords,
        addresses,
        recheck,
        publish,
        reading: rooms.reading,
      }),
    )
    .route(
      '/',
      noticeRoutes({
        database,
        reading: rooms.reading,
        brokenAmong,
        costOfProof: (asked) => costOfProof(database, asked),
      }),
    )
    .route('/', mailRoutes({ database }))
    .route('/', webhookRoutes({ database, limits, counter, isAllowedAddress, sendsMail, url: linkBase }))
    .route(
      '/',
      signoffRoutes({
        database,
        kinds,
        converter,
        publish,
        reading: rooms.reading,
        largeReplies,
        credentials,
        key: signingKey,
        onSigned: sealing.wake,
        readText: rooms.read,
        limits,
        diskShare,
        packages,
        tryPrint: createTrial(converter, files, picturesOf(limits)),
      }),
    )
    .route('/', exportRoutes({ ...packaging, packages, sealing, reading: rooms.reading, largeReplies }))
    .route('/', threadExportRoutes({ database, converter, largeReplies }))
    .route('/', sampleRoutes({ limits, store: files, passwords }))
    .route(
      '/',
      healthRoutes({
        registry,
        metricsToken,
        mayBeProxied: publicUrl !== null || trustedProxies.isNamed,
        probeDatabase: services.probeDatabase,
        describe: describeApi(app, { sessionCookie: sessions.cookieName, publicUrl }),
      }),
    )

  app.all('/api/*', () => {
    throw new Refusal('not_found')
  })
  const pageOf: PageOf = ({ id, kind }) => kinds.get(kind)?.page(id) ?? null
  return { app, routes, rooms, sealing, packages, brokenAmong, pageOf, sessionCookie: sessions.cookieName }
}

/** Notes from which network each person comes, by whichever way. */
const withOrigins = (
  { access, admission }: ReturnType<typeof createAccess>,
  share: Pick<DiskShare, 'comesFrom'>,
  trustedProxies: TrustedProxies,
): ReturnType<typeof createAccess> => ({
  access: {
    ...access,
    async account(c) {
      const found = await access.account(c)
      if (found) share.comesFrom(found.user.id, wideNetworkOf(addressOf(c)))
      return found
    },
  },
  admission: {
    ...admission,
    async admit(request, roomId) {
      const admitted = await admission.admit(request, roomId)
      share.comesFrom(admitted.user.id, networkOfRequest(request, trustedProxies))
      return admitted
    },
  },
})

/** The HTTP interface as a type: what the web client is typed from. */
export type Api = ReturnType<typeof createApp>['routes']

/** At once: what Web Crypto gives for each piece of megabytes comes a turn of the event loop later. */
const sha1 = (bytes: Uint8Array): ArrayBuffer =>
  new Uint8Array(createHash('sha1').update(bytes).digest()).buffer

const picturesOf = ({ printPixels, printSourcePixels }: Limits) => ({ printPixels, printSourcePixels })
