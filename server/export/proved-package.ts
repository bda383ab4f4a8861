import { createPublicKey, verify } from 'node:crypto'
import { Refusal, type ErrorCode } from '../../shared/errors.ts'
import { sha256InPieces } from '../files/pieces.ts'
import type { FileStore } from '../files/store.ts'
import type { Converter, Requester } from '../jobs/task.ts'
import type { RevisionOutline } from '../signoff/revisions.ts'
import { keySha256, type SigningKey } from '../signoff/signing-key.ts'
import { listEntries, storedEntry, unzipTask, type Entry } from './archive.ts'

/** What a package is held against. */
type Proved = Pick<RevisionOutline, 'summary'>
type Summary = Proved['summary']

/** A package as it was stored. */
export interface StoredPackage {
  bytes: Uint8Array
  /** The SHA-256 that its revision's row names. */
  sha256: string
}

/** A stored package, whose sums are proved to be signed by a key that this instance vouches for. */
interface Opened {
  /** The signed SHA-256 of each file, by name. */
  sums: Map<string, string>
  read(name: string): Uint8Array | undefined
}

/**
 * Proves stored packages before anything of them is handed out. Both refuse with `revision_broken` only when a
 * comparison failed, and with `package_unchecked` or what says itself that it passes when none could be made:
 * asked again it may succeed.
 */
export interface PackageProof {
  /**
   * Proves the whole: signed, each file as it was signed, none added, missing or doubled, and about this revision's
   * record. Whoever can change the row and the stored file, but has not the key, is found out here.
   */
  proveWhole(stored: StoredPackage, revision: Proved, by: Requester): Promise<void>
  /** One file, proved by its own bytes; undefined when the package was made without it. */
  proveFile(
    stored: StoredPackage,
    name: string,
    revision: Proved,
    by: Requester,
  ): Promise<Uint8Array | undefined>
}

const mostProved = 10_000

/**
 * Signatures and hashes are checked here, of the bytes that are handed out, in pieces between which others have their
 * turn: no converter's word is taken for them. Only a package from before files were stored as they are is unpacked
 * first, in a converter process.
 */
export function createPackageProof(
  keys: Pick<SigningKey, 'vouchesFor'>,
  converter: Pick<Converter, 'run'>,
): PackageProof {
  /** What was proved whole: by its own SHA-256 and the record's, which the same bytes never prove otherwise. */
  const proved = new Set<string>()

  async function open({ bytes, sha256 }: StoredPackage, summary: Summary, by: Requester): Promise<Opened> {
    if ((await sha256InPieces(bytes)) !== sha256) throw broken(summary)
    const { names, isStored } = compared(summary, () => listEntries(bytes))
    let read = (name: string) => compared(summary, () => storedEntry(bytes, name))
    if (!isStored) {
      const unpacked = new Map((await unpack(bytes, summary, by)).map((one) => [one.name, one.bytes]))
      read = (name) => unpacked.get(name)
    }
    const sums = compared(summary, () => {
      const signed = read('SHA256SUMS')!
      const key = createPublicKey(Buffer.from(read('public-key.pem')!))
      const lines = Buffer.from(signed).toString().split('\n').filter(Boolean)
      const found = new Map(lines.map((line) => [line.slice(66), line.slice(0, 64)]))
      const expected = [...found.keys(), 'SHA256SUMS', 'SHA256SUMS.sig'].toSorted()
      const isProper =
        keys.vouchesFor(keySha256(key)) &&
        verify(null, signed, key, read('SHA256SUMS.sig')!) &&
        found.get('record.json') === summary.recordSha256 &&
        names.length === expected.length &&
        names.toSorted().every((name, at) => name === expected[at])
      return isProper ? found : null
    })
    if (!sums) throw broken(summary)
    return { sums, read }
  }

  async function unpack(bytes: Uint8Array, summary: Summary, by: Requester): Promise<Entry[]> {
    try {
      return await converter.run(unzipTask, bytes, by)
    } catch (failure) {
      if (by.signal?.aborted || !(failure instanceof Refusal)) throw failure
      if (failure.code === 'revision_broken') throw broken(summary)
      throw askedLater.has(failure.code)
        ? failure
        : new Refusal('package_unchecked', { letter: summary.letter })
    }
  }

  async function proveEach({ sums, read }: Opened, names: Iterable<string>, summary: Summary): Promise<void> {
    for (const name of names) {
      const bytes = read(name)
      // oxlint-disable-next-line no-await-in-loop -- one file at a time in memory, so that others have their turn
      if (!bytes || (await sha256InPieces(bytes)) !== sums.get(name)) throw broken(summary)
    }
  }

  return {
    async proveWhole(stored, { summary }, by) {
      const known = `${stored.sha256} ${summary.recordSha256}`
      if (proved.has(known) && (await sha256InPieces(stored.bytes)) === stored.sha256) return
      const opened = await open(stored, summary, by)
      await proveEach(opened, opened.sums.keys(), summary)
      if (proved.size >= mostProved) proved.clear()
      proved.add(known)
    },
    async proveFile(stored, name, { summary }, by) {
      const opened = await open(stored, summary, by)
      if (!opened.sums.has(name)) return undefined
      await proveEach(opened, [name], summary)
      return opened.read(name)
    },
  }
}

/**
 * Reads a stored package. @throws Refusal `revision_broken` when there is none of that name, `package_unchecked` when the
 * store cannot be read
 */
export async function readPackage(
  store: Pick<FileStore, 'read'>,
  sha256: string,
  { summary }: Proved,
): Promise<StoredPackage> {
  const bytes = await store.read(sha256).catch((cause: unknown) => {
    throw Object.assign(new Refusal('package_unchecked', { letter: summary.letter }), { cause })
  })
  if (!bytes) throw broken(summary)
  return { bytes, sha256 }
}

const broken = (summary: Summary): Refusal => new Refusal('revision_broken', { letter: summary.letter })

/** Looks into bytes that lie in memory: what is no archive, or lacks what it must hold, is broken. */
function compared<Result>(summary: Summary, look: () => Result): Result {
  try {
    return look()
  } catch {
    throw broken(summary)
  }
}

/** Refusals of the converter that say themselves that it may be asked again. */
const askedLater: ReadonlySet<ErrorCode> = new Set([
  'too_many_conversions',
  'converters_busy',
  'server_stopping',
])
