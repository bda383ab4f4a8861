import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { eq, isNull } from 'drizzle-orm'
import type { Flaw } from '../../shared/signoff.ts'
import type { Database } from '../db/database.ts'
import { readPutForward } from '../trail/read.ts'
import { aboutRevision } from './missing.ts'
import { signedPutForward } from './proofs.ts'
import { listSummaries } from './revisions.ts'
import { writeKeyFile, type SigningKey } from './signing-key.ts'
import { revisions } from './tables.ts'

/** What would make the key's word for a revision's being put forward a false one. */
const decisive: ReadonlySet<Flaw> = new Set([
  'record_changed',
  'record_foreign',
  'put_forward_missing',
  'trail_broken',
])

/**
 * Signs once in an instance's life for the revisions that were put forward before the key did so, where record and trail
 * agree. That it was done is noted beside the key, out of reach of whoever has the database alone: a revision that nobody
 * signed for is broken from then on.
 */
export async function signFormerRevisions(
  database: Database,
  key: SigningKey,
  dataDir: string,
): Promise<void> {
  const note = join(dataDir, 'keys', 'revisions-signed')
  if (await isThere(note)) return
  const found = await database
    .selectDistinct({ projectId: revisions.projectId })
    .from(revisions)
    .where(isNull(revisions.putForwardSignature))
  for (const { projectId } of found) await signOf(database, key, projectId)
  await writeKeyFile(note, 'The key has signed for each revision of this instance.\n')
}

/** What cannot be looked at may be there, and once it is, nothing is signed so again. */
async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
}

async function signOf(database: Database, key: SigningKey, projectId: string): Promise<void> {
  const entries = await readPutForward(database, projectId)
  for (const summary of await listSummaries(database, { ...key, isSigningPutForward: true }, projectId)) {
    if (summary.flaws.some((flaw) => decisive.has(flaw))) continue
    const entry = entries.find((row) => aboutRevision(row)?.revision.id === summary.id) ?? null
    await database
      .update(revisions)
      .set(signedPutForward(key, { ...summary, entry }))
      .where(eq(revisions.id, summary.id))
  }
}
