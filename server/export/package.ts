import { locales } from '../../shared/accounts.ts'
import { Refusal } from '../../shared/errors.ts'
import { sha256InPieces } from '../files/pieces.ts'
import type { SigningKey } from '../signoff/signing-key.ts'
import type { StoredRevision } from '../signoff/revisions.ts'
import type { Entry } from './archive.ts'
import { fileName } from './revision-files.ts'
import type { SignedTrail } from './signed-trail.ts'
import { verifyText } from './verify-text.ts'

/** The name of a print in a package. */
export const printName = (letter: string, locale: string): string => `revision-${letter}.${locale}.pdf`

/** What a package is made of besides the revision itself. */
export interface PackageParts {
  /** The print in each language; none when it cannot be printed. */
  pdf: Partial<Record<(typeof locales)[number], Uint8Array>>
  /** The bytes of the record's files, by SHA-256. */
  files: Map<string, Uint8Array>
  /** The Markdown of each document; null when it cannot be written out. */
  texts: string[] | null
  trail?: SignedTrail | null
}

/**
 * The verifiable archive of a signed revision. Any later change of any byte is found by the commands of its
 * VERIFY.txt; the same revision always gives the same bytes.
 *
 * Prints, texts and the archive itself (`pack`) come from converter processes. What is signed is computed here, of the
 * very bytes that are packed, and pictures are held against the record: who has taken over a converter that packs can
 * only make an archive that its signed sums refute.
 * @throws Refusal `storage_failed` when a kept picture is not the one that was signed
 */
export async function buildPackage(
  revision: StoredRevision,
  key: SigningKey,
  parts: PackageParts,
  pack: (entries: Entry[]) => Uint8Array | Promise<Uint8Array>,
): Promise<Uint8Array> {
  const entries = entriesOf(revision, key, parts)
  const kept = new Map(revision.record.files.map((file) => [`files/${fileName(file)}`, file.sha256]))
  let lines = ''
  for (const { name, bytes } of entries) {
    // oxlint-disable-next-line no-await-in-loop -- one after another, so that others have their turn
    const hash = await sha256InPieces(bytes)
    if ((kept.get(name) ?? hash) !== hash) throw new Refusal('storage_failed')
    lines += `${hash}  ${name}\n`
  }
  const sums = Buffer.from(lines)
  const signed = [
    { name: 'SHA256SUMS', bytes: sums },
    { name: 'SHA256SUMS.sig', bytes: key.sign(sums) },
  ]
  return pack([...entries, ...signed])
}

function entriesOf(revision: StoredRevision, key: SigningKey, parts: PackageParts): Entry[] {
  const { record, statements } = revision
  const entries: Entry[] = []
  const add = (name: string, bytes: Uint8Array | string) =>
    void entries.push({ name, bytes: typeof bytes === 'string' ? Buffer.from(bytes) : bytes })
  add('VERIFY.txt', verifyText(revision, key.publicKeySha256, parts.trail))
  add('record.json', revision.recordJson)
  add('public-key.pem', key.publicKeyPem)
  if (parts.trail) add('trail.jsonl', parts.trail.lines)
  for (const { side, statement, signature, publicKey } of statements) {
    add(`signatures/${side}.json`, statement)
    add(`signatures/${side}.sig`, signature)
    // Signed before keys were kept with signatures: the key of this instance, which the check holds against it.
    add(`signatures/${side}.pem`, publicKey ?? key.publicKeyPem)
  }
  for (const file of record.files) add(`files/${fileName(file)}`, parts.files.get(file.sha256)!)
  record.documents.forEach(({ kind }, at) => {
    const text = parts.texts?.[at]
    if (text !== undefined) add(`documents/${at + 1}-${kind}.md`, text)
  })
  for (const locale of locales) {
    const pdf = parts.pdf[locale]
    if (pdf) add(printName(record.revision, locale), pdf)
  }
  return entries
}
