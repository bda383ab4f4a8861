import type { PrintFinding } from '../../shared/signoff.ts'
import { canonicalJson, sha256Hex } from '../trail/canonical.ts'
import type { SigningKey } from './signing-key.ts'

/** By what the entry of putting forward proves what the print on trial found. */
export const findingsSha256 = (findings: PrintFinding[]): string => sha256Hex(canonicalJson(findings))

/** What the instance's key signs when a package is stored: these bytes, of this revision and of no other. */
export const packageStatement = (sealed: {
  id: string
  projectId: string
  recordSha256: string
  packageSha256: string
}): string =>
  canonicalJson({
    format: 'countersign-package',
    version: 1,
    revisionId: sealed.id,
    projectId: sealed.projectId,
    recordSha256: sealed.recordSha256,
    packageSha256: sealed.packageSha256,
  })

/** What a revision's row notes of its package, with the key's word for it. */
export const signedPackage = (
  key: Pick<SigningKey, 'sign' | 'publicKeyPem'>,
  { id, projectId, recordSha256 }: { id: string; projectId: string; recordSha256: string },
  packageSha256: string,
) => ({
  packageSha256,
  packageSignature: Buffer.from(
    key.sign(Buffer.from(packageStatement({ id, projectId, recordSha256, packageSha256 }))),
  ),
  packagePublicKey: key.publicKeyPem,
})

/** The trail's entry that puts a revision forward. */
interface PutForwardEntry {
  seq: number
  hash: string
}

/**
 * What the instance's key signs when a revision is put forward: that this record stands under this entry of the trail.
 * Whoever has the database can change a row and write the trail anew from its start, but cannot sign for either.
 * `entry`: null where the project had no trail then.
 */
export const putForwardStatement = (put: {
  id: string
  projectId: string
  recordSha256: string
  createdBy: string
  entry: PutForwardEntry | null
}): string =>
  canonicalJson({
    format: 'countersign-put-forward',
    version: 1,
    revisionId: put.id,
    projectId: put.projectId,
    recordSha256: put.recordSha256,
    putForwardBy: put.createdBy,
    entry: put.entry && { seq: put.entry.seq, hash: put.entry.hash },
  })

/** What a revision's row notes of its being put forward, with the key's word for it. */
export const signedPutForward = (
  key: Pick<SigningKey, 'sign' | 'publicKeyPem'>,
  put: Parameters<typeof putForwardStatement>[0],
) => ({
  putForwardEntry: put.entry?.seq ?? null,
  putForwardSignature: Buffer.from(key.sign(Buffer.from(putForwardStatement(put)))),
  putForwardPublicKey: key.publicKeyPem,
})
