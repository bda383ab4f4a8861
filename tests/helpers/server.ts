import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type pg from 'pg'
import pino from 'pino'
import type { ResourceKind } from '../../server/resources/kinds.ts'
import { openServer, type RunningServer } from '../../server/open-server.ts'
import { defaultLimits, type Limits } from '../../shared/limits.ts'
import { converterProgram } from './conversions/converter.ts'
import { expectDescribed } from './http/described-refusals.ts'
import { createTestDatabase, type TestDatabase } from './db/database.ts'

interface Options {
  limits?: Partial<Limits>
  publicUrl?: string
  smtpUrl?: string
  trustedProxies?: string[]
  /** Which addresses webhooks may go to; without it what the product reaches. */
  isAllowedAddress?: (address: string) => boolean
  /** Kinds of resources besides documents. */
  kinds?: readonly ResourceKind[]
  /** Another way to the test's own database than the straight one. */
  connection?: (own: TestDatabase['connection']) => pg.PoolConfig
  /** What is logged at least; warnings without it. */
  logLevel?: 'info'
  /** What is there already, in place of an empty database and data folder; both go when the server closes. */
  existing?: { own: TestDatabase; dataDir: string }
}

/** The real server in this process, on a free port, with an empty database and data folder of its own. */
export async function startServer({
  limits,
  publicUrl,
  smtpUrl,
  trustedProxies,
  isAllowedAddress,
  kinds,
  existing,
  connection,
  logLevel,
}: Options = {}): Promise<RunningServer & { dataDir: string; logged: string[] }> {
  const own = existing?.own ?? (await createTestDatabase())
  const dataDir = existing?.dataDir ?? mkdtempSync(join(tmpdir(), 'countersign-test-'))
  const config = {
    port: 0,
    host: '127.0.0.1',
    dataDir,
    publicUrl: publicUrl ?? null,
    databaseUrl: null,
    smtpUrl: smtpUrl ?? null,
    mailFrom: null,
    logLevel: 'error' as const,
    metricsToken: null,
    trustedProxies: trustedProxies ?? [],
    limits: { ...defaultLimits, requestsPerMinute: 100_000, signUpsPerHour: 100_000, ...limits },
  }
  const logged: string[] = []
  const write = (line: string) => {
    logged.push(line)
    if (process.env.LOG_LEVEL) process.stdout.write(line)
  }
  const server = await openServer(config, {
    logger: pino({ level: process.env.LOG_LEVEL ?? logLevel ?? 'warn' }, { write }),
    webFolder: join(dataDir, 'no-pages'),
    converterProgram: converterProgram(),
    connection: connection?.(own.connection) ?? own.connection,
    ownerConnection: own.ownerConnection,
    ...(isAllowedAddress && { isAllowedAddress }),
    ...(kinds && { kinds }),
  })
  return {
    ...server,
    dataDir,
    logged,
    async close() {
      await server.close()
      await own.drop()
      rmSync(dataDir, { recursive: true, force: true })
      expectDescribed(logged)
    },
  }
}
