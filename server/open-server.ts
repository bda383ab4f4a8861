import { accessSync, constants } from 'node:fs'
import { join } from 'node:path'
import type pg from 'pg'
import type { Logger } from 'pino'
import { collectDefaultMetrics, Registry } from 'prom-client'
import { Refusal } from '../shared/errors.ts'
import { createApp } from './app.ts'
import type { Config } from './config.ts'
import { lockDatabase, logPoolSizes, openPool, shownServer } from './db/connect.ts'
import { openDatabase, type Database } from './db/database.ts'
import { startEmbeddedPostgres } from './db/embedded-postgres.ts'
import { DatabaseUnavailable, isDatabaseAway } from './db/failures.ts'
import { migrateDatabase } from './db/migrate.ts'
import { createProbe } from './db/probe.ts'
import { grantToApp } from './db/roles.ts'
import { watchAppends } from './history/late-appends.ts'
import { postgresLog } from './history/log.ts'
import { repairIn } from './documents/repair-in-converter.ts'
import { startPackageProving } from './export/package/kept-packages.ts'
import { makeFolders } from './files/folders.ts'
import { createDiskShare } from './files/disk-share.ts'
import { openFileStore } from './files/folder-store.ts'
import type { FileStore } from './files/store.ts'
import { createListener } from './http/listener.ts'
import { pages } from './http/pages.ts'
import { programBeside, type Program } from './conversions/confinement.ts'
import { openConverter } from './conversions/pool.ts'
import { beginAtOnce, jobTable } from './jobs/job-table.ts'
import { startWorker, type Worker } from './jobs/worker.ts'
import { openMailer } from './notify/mailer.ts'
import { deliveryLanes } from './notify/delivery.ts'
import { isPublicAddress, type AddressCheck } from './notify/ssrf-guard.ts'
import type { ResourceKind } from './resources/kinds.ts'
import { inProcessBus } from './rooms/in-process-bus.ts'
import { createRooms } from './rooms/rooms.ts'
import type { Bus, Rooms } from './rooms/ports.ts'
import { signFormerRevisions } from './signoff/first-signed.ts'
import { keepPublicKeys, keysSignedWith } from './signoff/kept-keys.ts'
import { sealingType } from './signoff/sealing-job.ts'
import { openSigningKey, SigningKeyFailure } from './signoff/signing-key.ts'
import { StartFailure } from './start-failure.ts'
import { trustProxies } from './http/trusted-proxies.ts'

const warnings = {
  key_open_to_others: 'the signing key can be read by other accounts of this machine: chmod 600',
}

export interface RunningServer {
  /** Where it listens, such as `http://127.0.0.1:3000`. */
  url: string
  database: Database
  files: FileStore
  rooms: Rooms
  bus: Bus
  /** Has it look in a moment whether mail or messages to webhooks are due, of which no request's commit has told it. */
  wakeDelivery(): void
  /** Commits what is pending, tells every browser, and frees everything within five seconds. */
  close(): Promise<void>
}

interface ServerOptions {
  logger: Logger
  /** The built web application. */
  webFolder: string
  /** A PostgreSQL that is there already, in place of `config.databaseUrl` and the embedded one. */
  connection?: pg.PoolConfig
  /** The same as the owner of its tables, who migrates. */
  ownerConnection?: pg.PoolConfig
  /** The program of converter processes, in place of the one beside this file. */
  converterProgram?: Program
  /** Which addresses webhooks may go to, in place of the public internet: a test's own receiver. */
  isAllowedAddress?: AddressCheck
  /** Kinds of resources besides documents. */
  kinds?: readonly ResourceKind[]
}

/**
 * Starts everything that Countersign is: database, rooms, HTTP and pages, in that order.
 * @throws StartFailure with what to do; what was started by then is stopped again.
 */
export async function openServer(config: Config, options: ServerOptions): Promise<RunningServer> {
  const { logger, webFolder, isAllowedAddress = isPublicAddress } = options
  const opened: (() => Promise<unknown>)[] = []
  const closeAll = async () => {
    for (const close of opened.splice(0).toReversed()) {
      await close().catch((error) => logger.error({ err: error }, 'closing failed'))
    }
  }
  try {
    await prepareFolder(config.dataDir)
    const { connection, ownerConnection, stop } = await findDatabase(config, options)
    // an app that is refused the folder must leave the other app's database running
    let lock: Awaited<ReturnType<typeof takeLock>> | null = null
    opened.push(async () => {
      // held until nothing of ours is left: who waits for the folder must not meet a database that is being stopped
      lock?.keepToTheEnd()
      if (lock) await stop()
      await lock?.release()
    })
    const { limits, publicUrl, trustedProxies, metricsToken } = config
    const pool = openPool(connection, logger, { lockMs: limits.lockWaitMs })
    opened.push(() => pool.end())
    const commits = openPool(connection, logger, { size: logPoolSizes.commits })
    const reads = openPool(connection, logger, { size: logPoolSizes.reads })
    opened.push(async () => void (await Promise.all([commits.end(), reads.end()])))
    lock = await takeLock(connection, config, logger)
    const database = openDatabase(pool)
    const migrating = openPool(ownerConnection ?? connection, logger, { hasTimeLimits: false })
    try {
      await migrateDatabase(openDatabase(migrating))
      if (ownerConnection) await grantToApp(migrating)
    } finally {
      await migrating.end()
    }
    const probe = createProbe(connection)
    opened.push(() => probe.close())

    const registry = new Registry()
    collectDefaultMetrics({ register: registry })
    const files = await openFileStore(join(config.dataDir, 'files'))
    const signingKey = await openSigningKey(config.dataDir, {
      signedWith: await keysSignedWith(database),
      warn: (problem, path) => logger.warn({ path }, warnings[problem]),
    })
    await keepPublicKeys(database, signingKey)
    await signFormerRevisions(database, signingKey, config.dataDir)
    const diskShare = createDiskShare(() => files.freeBytes())
    // another server's disk is not known here
    const { log, isLate } = watchAppends(
      postgresLog(database, limits, logger, config.databaseUrl === null ? diskShare : undefined, {
        commits: openDatabase(commits),
        reads: openDatabase(reads),
      }),
    )
    const bus = inProcessBus()
    const program = options.converterProgram ?? programBeside(import.meta.url, 'converter')
    const converter = openConverter({ program, limits, logger })
    opened.push(() => converter.stop())
    const proving = await startPackageProving({ database, store: files, key: signingKey, converter, logger })
    opened.push(() => proving.stop())
    let delivery: Worker | undefined
    const { app, rooms, sealing, packages, brokenAmong, pageOf, sessionCookie } = createApp({
      database,
      log,
      limits,
      files,
      diskShare,
      signingKey,
      publicUrl,
      trustedProxies,
      metricsToken,
      probeDatabase: async () => {
        if (isLate()) throw new DatabaseUnavailable()
        await probe.ask()
      },
      logger,
      registry,
      isAllowedAddress,
      sendsMail: config.smtpUrl !== null,
      converter,
      kinds: options.kinds,
      onCommitted: () => delivery?.wake(),
      bus,
      openRooms: (admission) =>
        createRooms({
          log,
          bus,
          admission,
          limits,
          registry,
          logger,
          repairInConverter: repairIn(converter),
        }),
    })
    opened.push(() => sealing.stop())
    opened.push(() => packages.stop())
    app.route('/', pages(webFolder, sessionCookie, limits))

    const { fetch } = app
    const upgrade: Rooms['upgrade'] = (...asked) => rooms.upgrade(...asked)
    const listener = createListener({
      fetch,
      upgrade,
      logger,
      limits,
      trustedProxies: trustProxies(config.trustedProxies),
    })
    const { address, family, port } = await listener.listen(config.port, config.host)
    opened.push(() => listener.close())
    // closed first: the sockets of rooms count as connections that the HTTP server waits for
    opened.push(() => rooms.close())
    // the lock says that nobody else is at it, whatever a process that was killed had begun
    await beginAtOnce(database, sealingType)
    sealing.wake()
    packages.start()
    // nobody reaches all addresses at once: who opens the page, or a mail's link, is on this machine
    const isAny = address === '0.0.0.0' || address === '::'
    const host = isAny ? 'localhost' : family === 'IPv6' ? `[${address}]` : address
    const url = `http://${host}:${port}`
    const mailer = openMailer({
      smtpUrl: config.smtpUrl,
      from:
        config.mailFrom ?? `Countersign <no-reply@${publicUrl ? new URL(publicUrl).hostname : 'localhost'}>`,
      // operators know the folder by this name
      spool: join(config.dataDir, 'outbox'),
    })
    const links = publicUrl?.replace(/\/$/, '') ?? url
    const lanes = deliveryLanes({
      database,
      mailer,
      sendsMail: config.smtpUrl !== null,
      brokenAmong,
      pageOf,
      isAllowedAddress,
      url: links,
      limits,
    })
    const worker = startWorker(jobTable(database), lanes, logger)
    delivery = worker
    opened.push(async () => {
      await worker.stop()
      mailer.close()
    })
    return { url, database, files, rooms, bus, wakeDelivery: worker.wake, close: closeAll }
  } catch (error) {
    await closeAll()
    throw asStartFailure(error, config)
  }
}

async function prepareFolder(folder: string): Promise<void> {
  try {
    await makeFolders(folder)
    accessSync(folder, constants.W_OK | constants.X_OK)
  } catch (error) {
    throw new StartFailure('data_dir_not_writable', {
      folder,
      reason: (error as NodeJS.ErrnoException).code ?? '',
    })
  }
}

/** The test's or the user's own PostgreSQL, or the embedded one, with how to stop what was started for us. */
async function findDatabase(
  { databaseUrl, dataDir }: Config,
  { connection, ownerConnection, logger }: ServerOptions,
): Promise<{ connection: pg.PoolConfig; ownerConnection?: pg.PoolConfig; stop(): Promise<void> }> {
  if (connection) return { connection, ownerConnection, stop: async () => {} }
  if (databaseUrl !== null) return { connection: { connectionString: databaseUrl }, stop: async () => {} }
  try {
    return await startEmbeddedPostgres({
      dataDir,
      onRestart: () => logger.error('the built-in database had ended and was started again'),
    })
  } catch (error) {
    if (isDiskFull(error)) throw error
    if (error instanceof Refusal) throw new StartFailure('data_dir_in_use', { folder: dataDir })
    throw new StartFailure('database_failed', { reason: (error as Error).message })
  }
}

/** How long the built-in database may be on its way down and up again, as a process before us is still ending (ms). */
const restartingMs = 15_000

/** The first word with the database: what fails here is the address, the password or the server. */
async function takeLock(connection: pg.PoolConfig, { dataDir, databaseUrl }: Config, logger: Logger) {
  for (const deadline = Date.now() + restartingMs; ;) {
    try {
      return await lockDatabase(connection, logger)
    } catch (error) {
      if (error instanceof Refusal) throw new StartFailure('data_dir_in_use', { folder: dataDir })
      const reason = (error as { code?: string }).code ?? (error as Error).message
      if (databaseUrl !== null) {
        throw new StartFailure('database_unreachable', { server: shownServer(databaseUrl), reason })
      }
      if (isDiskFull(error)) throw error
      if (Date.now() > deadline) throw new StartFailure('database_failed', { reason })
    }
    await new Promise((done) => setTimeout(done, 100))
  }
}

const isDiskFull = (error: unknown): boolean =>
  error instanceof Error &&
  (['ENOSPC', 'EDQUOT', '53100'].includes(String((error as { code?: unknown }).code)) ||
    /No space left on device/.test(error.message) ||
    isDiskFull(error.cause))

function asStartFailure(error: unknown, config: Config): unknown {
  const { dataDir: folder, host, port, databaseUrl } = config
  const { code, syscall, path } = error as NodeJS.ErrnoException
  if (isDiskFull(error)) return new StartFailure('disk_full', { folder })
  if (isDatabaseAway(error)) {
    const reason = (error as Error).message
    if (databaseUrl === null) return new StartFailure('database_failed', { reason })
    return new StartFailure('database_unreachable', { server: shownServer(databaseUrl), reason })
  }
  if (error instanceof SigningKeyFailure) return new StartFailure(error.code, error.params)
  if (path && ['EROFS', 'EACCES', 'EPERM'].includes(code ?? '')) {
    return new StartFailure('data_dir_not_writable', { folder: path, reason: code ?? '' })
  }
  if (code === 'EADDRINUSE') return new StartFailure('port_in_use', { host, port })
  if (syscall === 'listen' || syscall === 'getaddrinfo') {
    return new StartFailure('address_not_available', { host, port, reason: code ?? '' })
  }
  return error
}
