import { locales } from '../../../shared/accounts.ts'
import { Refusal } from '../../../shared/errors.ts'
import { sha256InPieces } from '../../files/pieces.ts'
import { textsOf } from '../../../shared/signoff.ts'
import type { SigningKey } from '../../signoff/signing-key.ts'
import type { StoredRevision } from '../../signoff/revisions.ts'
import type { Entry } from './archive.ts'
import { fileName } from './revision-files.ts'
import { signaturesByName } from './signature-names.ts'
import type { SignedTrail } from './signed-trail.ts'
import { verifyText } from './verify-text.ts'

/** The name of a print in a package. */
export const printName = (letter: string, locale: string): string => `revision-${letter}.${locale}.pdf`

/** What a package is made of besides the revision itself. */
export interface PackageParts {
  /** The print in each language; none when it cannot be printed. */
  pdf: Partial<Record<(typeof locales)[number], Uint8Array>>
  /** Reads one of the record's files. */
  readFile(file: StoredRevision['record']['files'][number]): Promise<Uint8Array>
  /** The Markdown of each text; null when it cannot be written out. */
  texts: string[] | null
  trail?: SignedTrail | null
}

/**
 * The files of the verifiable archive of a signed revision, one at a time. Any later change of any byte is found by the commands of its
 * VERIFY.txt; the same revision always gives the same bytes.
 *
 * Prints and texts come from converter processes. What is signed is computed here, of the very bytes that are packed, and
 * pictures are held against the record.
 * @throws Refusal `storage_failed` when a kept picture is not the one that was signed
 */
export async function* packageEntries(
  revision: StoredRevision,
  key: SigningKey,
  parts: PackageParts,
): AsyncGenerator<Entry, void> {
  const kept = new Map(revision.record.files.map((file) => [`files/${fileName(file)}`, file.sha256]))
  let lines = ''
  for await (const entry of entriesOf(revision, key, parts)) {
    const hash = await sha256InPieces(entry.bytes)
    if ((kept.get(entry.name) ?? hash) !== hash) throw new Refusal('storage_failed')
    lines += `${hash}  ${entry.name}\n`
    yield entry
  }
  const sums = Buffer.from(lines)
  yield { name: 'SHA256SUMS', bytes: sums }
  yield { name: 'SHA256SUMS.sig', bytes: key.sign(sums) }
}

async function* entriesOf(
  revision: StoredRevision,
  key: SigningKey,
  parts: PackageParts,
): AsyncGenerator<Entry, void> {
  const { record, statements } = revision
  const file = (name: string, bytes: Uint8Array | string): Entry => ({
    name,
    bytes: typeof bytes === 'string' ? Buffer.from(bytes) : bytes,
  })
  yield file('VERIFY.txt', verifyText(revision, key.publicKeySha256, parts.trail))
  yield file('record.json', revision.recordJson)
  yield file('public-key.pem', key.publicKeyPem)
  if (parts.trail) yield file('trail.jsonl', parts.trail.lines)
  for (const [name, { statement, signature, publicKey }] of signaturesByName(statements)) {
    yield file(`signatures/${name}.json`, statement)
    yield file(`signatures/${name}.sig`, signature)
    // Signed before keys were kept with signatures: the key of this instance, which the check holds against it.
    yield file(`signatures/${name}.pem`, publicKey ?? key.publicKeyPem)
  }
  for (const one of record.files) {
    yield file(`files/${fileName(one)}`, await parts.readFile(one))
  }
  for (const [at, { kind }] of textsOf(record).entries()) {
    const text = parts.texts?.[at]
    if (text !== undefined) yield file(`documents/${at + 1}-${kind}.md`, text)
  }
  for (const locale of locales) {
    const pdf = parts.pdf[locale]
    if (pdf) yield file(printName(record.revision, locale), pdf)
  }
}
