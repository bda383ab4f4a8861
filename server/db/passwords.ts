import { createHmac, randomBytes } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import type { Account } from './postgres-binaries.ts'

/** What the passwords of the built-in database's roles are made of, in the data folder, readable by the server alone. */
const fileName = 'database-secret'

/** 32 random bytes in base64url. */
const secretForm = /^[\w-]{43}\n$/

/** The secret in `dataDir`; null when there is none, or a torn one. */
export function readSecret(dataDir: string): string | null {
  const path = join(dataDir, fileName)
  try {
    const secret = readFileSync(path, 'utf8')
    if (!secretForm.test(secret)) return null
    // a copy may have been made by a program that opens it
    chmodSync(path, 0o600)
    return secret
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

/** The secret in `dataDir`, made when there is none: whole or not at all, and one only when two processes begin at once. */
export function makeSecret(dataDir: string): string {
  const found = readSecret(dataDir)
  if (found !== null) return found
  const path = join(dataDir, fileName)
  rmSync(path, { force: true })
  const partial = `${path}.${process.pid}`
  rmSync(partial, { force: true })
  writeDurably(partial, `${randomBytes(32).toString('base64url')}\n`)
  try {
    linkSync(partial, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    rmSync(partial)
  }
  return readSecret(dataDir)!
}

/** Removes a secret that was made for a database which turned out to be another process's. */
export const forgetSecret = (dataDir: string): void => rmSync(join(dataDir, fileName), { force: true })

/** The password of one role; without the secret nobody comes from one to the other. */
export const passwordOf = (secret: string, role: string): string =>
  createHmac('sha256', secret).update(role).digest('base64url')

const rules = (method: 'scram-sha-256' | 'trust'): string =>
  `# Written by Countersign: nobody but the server has the passwords.\nlocal all all ${method}\n`

/** True when the cluster lets nobody in without a password. */
export const asksForPasswords = (cluster: string): boolean =>
  readFileSync(join(cluster, 'pg_hba.conf'), 'utf8') === rules('scram-sha-256')

/** Says who is let into the cluster, from its next start or reload on. */
export function writeRules(cluster: string, method: 'scram-sha-256' | 'trust', account: Account): void {
  const path = join(cluster, 'pg_hba.conf')
  const partial = `${path}.${process.pid}`
  rmSync(partial, { force: true })
  writeDurably(partial, rules(method))
  if (account) chownSync(partial, account.uid, account.gid)
  renameSync(partial, path)
}

function writeDurably(path: string, content: string): void {
  const file = openSync(path, 'wx', 0o600)
  try {
    writeFileSync(file, content)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}
