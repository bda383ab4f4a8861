import { createHash, createPublicKey, verify } from 'node:crypto'
import { unzipSync } from 'fflate'
import { Refusal } from '../../shared/errors.ts'
import type { StoredRevision } from '../signoff/revisions.ts'
import { keySha256, type SigningKey } from '../signoff/signing-key.ts'

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/**
 * The files of a stored package, by name, once they are proved: signed by a key that this instance vouches for, each as
 * it was signed, none added, missing or doubled, and about this revision's record. Whoever can change the row and the
 * stored file, but has not the key, is found out here.
 * @throws Refusal `revision_broken`
 */
export function openPackage(
  bytes: Uint8Array,
  { summary }: StoredRevision,
  keys: Pick<SigningKey, 'vouchesFor'>,
): Record<string, Uint8Array> {
  try {
    const names: string[] = []
    const files = unzipSync(bytes, { filter: ({ name }) => names.push(name) > 0 })
    const sums = files.SHA256SUMS!
    const key = createPublicKey(Buffer.from(files['public-key.pem']!))
    const signed =
      keys.vouchesFor(keySha256(key)) && verify(null, sums, key, files['SHA256SUMS.sig'] ?? new Uint8Array())
    const listed = Buffer.from(sums)
      .toString()
      .split('\n')
      .filter(Boolean)
      .map((line) => ({ hash: line.slice(0, 64), name: line.slice(66) }))
    const expected = [...listed.map(({ name }) => name), 'SHA256SUMS', 'SHA256SUMS.sig'].toSorted()
    const isWhole =
      names.length === expected.length &&
      names.toSorted().every((name, at) => name === expected[at]) &&
      listed.every(({ hash, name }) => sha256(files[name]!) === hash)
    if (signed && isWhole && sha256(files['record.json']!) === summary.recordSha256) return files
  } catch {
    // no archive, or one without what it must hold
  }
  throw new Refusal('revision_broken')
}
