import { and, eq, isNotNull, isNull } from 'drizzle-orm'
import type { Logger } from 'pino'
import { Refusal } from '../../shared/errors.ts'
import type { Database } from '../db/database.ts'
import type { FileStore } from '../files/store.ts'
import type { Converter } from '../jobs/task.ts'
import { signedPackage } from '../signoff/proofs.ts'
import { readRevision } from '../signoff/revisions.ts'
import type { SigningKey } from '../signoff/signing-key.ts'
import { revisions } from '../signoff/tables.ts'
import { createPackageProof } from './proved-package.ts'

/**
 * Signs for packages that were stored before the key did so, each once it is proved by its own bytes. One that is not
 * stays as it is: its revision is shown as broken.
 */
export async function keepPackageSignatures({
  database,
  store,
  key,
  converter,
  logger,
}: {
  database: Database
  store: FileStore
  key: SigningKey
  converter: Converter
  logger: Logger
}): Promise<void> {
  const isUnproved = and(isNotNull(revisions.packageSha256), isNull(revisions.packageSignature))
  const rows = await database
    .select({ id: revisions.id, projectId: revisions.projectId, packageSha256: revisions.packageSha256 })
    .from(revisions)
    .where(isUnproved)
  const proof = createPackageProof(key, converter)
  /* oxlint-disable no-await-in-loop -- once in an instance's life, one package at a time in memory */
  for (const { id, projectId, packageSha256 } of rows) {
    try {
      const revision = await readRevision(database, key, projectId, id)
      const bytes = await store.read(packageSha256!)
      if (!bytes) throw new Refusal('revision_broken')
      await proof.proveWhole({ bytes, sha256: packageSha256! }, revision, { projectId, userId: '' })
      await database
        .update(revisions)
        .set(signedPackage(key, revision.summary, packageSha256!))
        .where(and(eq(revisions.id, id), isUnproved))
    } catch (error) {
      logger.error({ event: 'package not proved', revisionId: id, err: error })
    }
  }
  /* oxlint-enable no-await-in-loop */
}
