import { locales, type Locale } from '../../../shared/accounts.ts'
import { Refusal, type ErrorCode } from '../../../shared/errors.ts'
import type { Database } from '../../db/database.ts'
import { sha256InPieces, streamFrom } from '../../files/pieces.ts'
import type { FileStore, Staged } from '../../files/store.ts'
import type { Converter, Requester } from '../../conversions/task.ts'
import type { StoredRevision } from '../../signoff/revisions.ts'
import type { SigningKey } from '../../signoff/signing-key.ts'
import { packed } from './archive-pieces.ts'
import { packageEntries } from './package.ts'
import { packageTextsTask } from './package-texts.ts'
import { createPackageProof } from './proved-package.ts'
import { fileName } from './revision-files.ts'
import { readSignedTrail } from './signed-trail.ts'
import type { Typeset } from '../print/typeset.ts'

type RecordFile = StoredRevision['record']['files'][number]

export interface PackageNeeds {
  database: Database
  store: FileStore
  key: SigningKey
  converter: Pick<Converter, 'run'>
  typeset: Typeset
}

/** The bytes of a record's files, by SHA-256. @throws Refusal `storage_failed` when one is not kept, `file_broken` */
export async function readFiles(
  store: FileStore,
  { record }: { record: Pick<StoredRevision['record'], 'files'> },
): Promise<Map<string, Uint8Array>> {
  const found = new Map<string, Uint8Array>()
  for (const file of record.files) found.set(file.sha256, await readFile(store, file))
  return found
}

/** Prints show it without saying which it is, so it is held against its SHA-256 here. */
async function readFile(store: FileStore, { sha256, name }: RecordFile): Promise<Uint8Array> {
  const bytes = await store.read(sha256)
  if (!bytes) throw new Refusal('storage_failed')
  if ((await sha256InPieces(bytes)) !== sha256) throw new Refusal('file_broken', { name, sha256 })
  return bytes
}

/** A record's pictures as a print gets them. @throws as `readFiles` */
export async function readImages(
  store: FileStore,
  files: StoredRevision['record']['files'],
): Promise<{ path: string; bytes: Uint8Array }[]> {
  const found = await readFiles(store, { record: { files } })
  return files.map((file) => ({ path: `/files/${fileName(file)}`, bytes: found.get(file.sha256)! }))
}

/** Prints a revision in one language. Its pictures are read when its turn has come. */
export const printRevision = (
  { key, store, typeset }: Pick<PackageNeeds, 'key' | 'store' | 'typeset'>,
  revision: StoredRevision,
  locale: Locale,
  by: Requester,
): Promise<Uint8Array> => {
  const { record, ...rest } = revision
  return typeset(
    async () => ({
      revision: rest,
      publicKeySha256: key.publicKeySha256,
      locale,
      images: await readImages(store, record.files),
    }),
    by,
  )
}

/**
 * Makes the package of a revision that both sides have signed. Without its prints when `prints` says so, and then also
 * without texts whose content cannot be written out: nothing that somebody wrote may keep what was signed from being proved, and
 * the record is what counts. It is written and proved in pieces, and waits to be kept.
 * @throws Refusal `revision_broken` when what came back is not what was signed, and whatever refuses a conversion
 */
export async function makePackage(
  needs: PackageNeeds,
  revision: StoredRevision,
  prints: boolean,
  by: Requester,
): Promise<Staged> {
  const { converter, database, key, store } = needs
  const pdf: Partial<Record<Locale, Uint8Array>> = {}
  for (const locale of prints ? locales : []) {
    pdf[locale] = await printRevision(needs, revision, locale, by)
  }
  const texts = await converter.run(packageTextsTask, revision.recordJson, by).catch((failure: unknown) => {
    if (!prints && isRefusedContent(failure)) return null
    throw failure
  })
  const trail = await readSignedTrail(database, revision)
  const parts = { readFile: (file: RecordFile) => readFile(store, file), pdf, texts, trail }
  const whole = streamFrom(packed(packageEntries(revision, key, parts)))
  const staged = await store.stage(whole, Infinity, () => by.signal?.throwIfAborted())
  try {
    const file = await staged.open()
    try {
      // It is stored for ever, so it is held against its own proofs first.
      await createPackageProof(key, converter).proveWhole({ file, sha256: staged.sha256 }, revision, by)
    } finally {
      await file.close()
    }
  } catch (failure) {
    await staged.discard()
    throw failure
  }
  return staged
}

/** True when the content itself was refused, on every machine and at any time. */
export const isRefusedContent = (failure: unknown): boolean =>
  failure instanceof Refusal && failure.code === 'unprintable'

/** True when the content may be why it does not convert: a machine that is busy or out of memory fails alike. */
export const isUnconvertible = (failure: unknown): boolean =>
  isRefusedContent(failure) || (failure instanceof Refusal && contentFailures.has(failure.code))

const contentFailures: ReadonlySet<ErrorCode> = new Set([
  'conversion_too_long',
  'conversion_too_large',
  'conversion_failed',
])
