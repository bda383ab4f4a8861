import { createHash } from 'node:crypto'
import { zipSync, type Zippable } from 'fflate'
import { locales } from '../../shared/accounts.ts'
import type { SigningKey } from '../signoff/signing-key.ts'
import type { StoredRevision } from '../signoff/revisions.ts'
import { documentMarkdown } from './markdown.ts'
import { escapeMarkdown } from './markdown-text.ts'
import { fileName } from './revision-files.ts'
import type { SignedTrail } from './signed-trail.ts'
import { picturePath } from './revision-markdown.ts'
import { verifyText } from './verify-text.ts'

/** The time of every entry: a package is the same bytes whenever it is made. ZIP cannot say a zone. */
const mtime = new Date(1980, 0, 1)

/** The name of a print in a package. */
export const printName = (letter: string, locale: string): string => `revision-${letter}.${locale}.pdf`

/** What a package is made of besides the revision itself. */
export interface PackageParts {
  /** The print in each language; none when it cannot be printed. */
  pdf: Partial<Record<(typeof locales)[number], Uint8Array>>
  /** The bytes of the record's files, by SHA-256. */
  files: Map<string, Uint8Array>
  trail?: SignedTrail | null
}

/**
 * The verifiable archive of a signed revision. Any later change of any byte is found by the commands of its
 * VERIFY.txt; the same revision always gives the same bytes.
 */
export function buildPackage(revision: StoredRevision, key: SigningKey, parts: PackageParts): Uint8Array {
  const { record, statements } = revision
  const entries: Record<string, Uint8Array> = {
    'VERIFY.txt': Buffer.from(verifyText(revision, key.publicKeySha256, parts.trail)),
    'record.json': Buffer.from(revision.recordText),
    'public-key.pem': Buffer.from(key.publicKeyPem),
  }
  if (parts.trail) entries['trail.jsonl'] = Buffer.from(parts.trail.lines)
  for (const { side, statement, signature, publicKey } of statements) {
    entries[`signatures/${side}.json`] = Buffer.from(statement)
    entries[`signatures/${side}.sig`] = signature
    // Signed before keys were kept with signatures: the key of this instance, which the check holds against it.
    entries[`signatures/${side}.pem`] = Buffer.from(publicKey ?? key.publicKeyPem)
  }
  for (const file of record.files) entries[`files/${fileName(file)}`] = parts.files.get(file.sha256)!
  record.documents.forEach((document, index) => {
    const title = `# ${escapeMarkdown(document.title)}`
    const body = documentMarkdown(document.content, picturePath(revision, '../'), 1)
    entries[`documents/${index + 1}-${document.kind}.md`] = Buffer.from(`${title}\n\n${body}\n`)
  })
  for (const locale of locales) {
    const pdf = parts.pdf[locale]
    if (pdf) entries[printName(record.revision, locale)] = pdf
  }
  const sums = Buffer.from(
    Object.entries(entries)
      .map(([name, bytes]) => `${createHash('sha256').update(bytes).digest('hex')}  ${name}\n`)
      .join(''),
  )
  entries.SHA256SUMS = sums
  entries['SHA256SUMS.sig'] = key.sign(sums)
  const zippable: Zippable = Object.fromEntries(
    Object.entries(entries).map(([name, bytes]) => [name, [bytes, { mtime }]]),
  )
  return zipSync(zippable)
}
