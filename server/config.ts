import { resolve } from 'node:path'
import { z } from 'zod'
import { defaultLimits, type Limits } from '../shared/limits.ts'
import { readNetwork } from './http/trusted-proxies.ts'

const logLevels = ['debug', 'info', 'warn', 'error'] as const

export interface Config {
  port: number
  host: string
  dataDir: string
  /** The address people type; null: whatever Host they asked for. */
  publicUrl: string | null
  /** A PostgreSQL of the user's own; null: the embedded one. */
  databaseUrl: string | null
  /** The mail server, with its password; null: mails are written to the spool folder. */
  smtpUrl: string | null
  /** Who mails are from; null: no-reply at the public address. */
  mailFrom: string | null
  /** Who may read /metrics from elsewhere than this machine: whoever sends it as a bearer token. Null: nobody. */
  metricsToken: string | null
  /** Addresses and networks of the reverse proxies in front, whose X-Forwarded-For is believed. */
  trustedProxies: string[]
  /** What is worth a line in `DATA_DIR/countersign.log`. */
  logLevel: (typeof logLevels)[number]
  limits: Limits
}

const url = (...protocols: string[]) =>
  z.string().refine((value) => URL.canParse(value) && protocols.includes(new URL(value).protocol), {
    error: `must be an address that starts with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
  })

const environment = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  HOST: z.string().default('127.0.0.1'),
  DATA_DIR: z.string().default('./data'),
  PUBLIC_URL: url('http:', 'https:')
    .refine((value) => !URL.canParse(value) || new URL(value).href === `${new URL(value).origin}/`, {
      error: 'must be an address without a path, a user or a question, such as https://review.example.com',
    })
    .optional(),
  DATABASE_URL: url('postgres:', 'postgresql:').optional(),
  SMTP_URL: url('smtp:', 'smtps:').optional(),
  MAIL_FROM: z.string().optional(),
  METRICS_TOKEN: z.string().min(16).optional(),
  TRUSTED_PROXIES: z
    .string()
    .transform((list) => list.split(',').map((one) => one.trim()))
    .refine((list) => list.every((one) => readNetwork(one)), {
      error: 'must be addresses or networks, such as 127.0.0.1 or 10.0.0.0/8, with commas between them',
    })
    .default([]),
  LOG_LEVEL: z.enum(logLevels).default('info'),
})

/** The variable that sets a limit: `updateBytes` → `LIMIT_UPDATE_BYTES`. */
export const limitVariable = (name: string): string =>
  `LIMIT_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`

const limitValue = z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER)

/**
 * Reads the whole configuration from the environment, once. An empty variable counts as absent.
 * Throws one Error that names every problem together: a variable's name and what it must be, never its value.
 */
export function readConfig(variables: NodeJS.ProcessEnv): Config {
  const given = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''))
  const problems: string[] = []
  const parsed = environment.safeParse(given)
  for (const issue of parsed.error?.issues ?? []) problems.push(`${issue.path.join('.')}: ${issue.message}`)

  const limits: Record<string, number> = { ...defaultLimits }
  const known = new Map(Object.keys(defaultLimits).map((name) => [limitVariable(name), name]))
  for (const [variable, value] of Object.entries(given)) {
    if (!variable.startsWith('LIMIT_')) continue
    const name = known.get(variable)
    const read = limitValue.safeParse(value)
    if (name === undefined) problems.push(`${variable}: no such limit`)
    else if (read.success) limits[name] = read.data
    else problems.push(`${variable}: must be a whole number of at least 1`)
  }
  if (!parsed.success || problems.length > 0) throw new Error(problems.join('\n'))

  const { PORT, HOST, DATA_DIR, PUBLIC_URL, DATABASE_URL, SMTP_URL, MAIL_FROM } = parsed.data
  const { LOG_LEVEL, METRICS_TOKEN, TRUSTED_PROXIES } = parsed.data
  return {
    port: PORT,
    host: HOST,
    dataDir: resolve(DATA_DIR),
    publicUrl: PUBLIC_URL ?? null,
    databaseUrl: DATABASE_URL ?? null,
    smtpUrl: SMTP_URL ?? null,
    mailFrom: MAIL_FROM ?? null,
    logLevel: LOG_LEVEL,
    metricsToken: METRICS_TOKEN ?? null,
    trustedProxies: TRUSTED_PROXIES,
    limits: limits as Limits,
  }
}
