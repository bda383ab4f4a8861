import { createPublicKey, verify } from 'node:crypto'
import { Refusal } from '../../shared/errors.ts'
import { sha256InPieces } from '../files/pieces.ts'
import type { Converter, Requester } from '../jobs/task.ts'
import type { StoredRevision } from '../signoff/revisions.ts'
import { keySha256, type SigningKey } from '../signoff/signing-key.ts'
import { listEntries, storedEntry, unzipTask } from './archive.ts'

/** What a package is held against. */
type Proved = Pick<StoredRevision, 'summary'>

/** A package as it was stored. */
export interface StoredPackage {
  bytes: Uint8Array
  /** The SHA-256 that its revision's row names. */
  sha256: string
}

/** A stored package, whose sums are proved to be signed by a key that this instance vouches for. */
interface OpenedPackage {
  /** The signed SHA-256 of each file, by name. */
  sums: Map<string, string>
  read(name: string): Uint8Array | undefined
}

/** Proves stored packages before anything of them is handed out; both refuse with `revision_broken`. */
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

  async function open(
    { bytes, sha256 }: StoredPackage,
    { summary }: Proved,
    by: Requester,
  ): Promise<OpenedPackage> {
    if ((await sha256InPieces(bytes)) !== sha256) throw new Refusal('revision_broken')
    const { names, isStored } = listEntries(bytes)
    let read = (name: string) => storedEntry(bytes, name)
    if (!isStored) {
      const unpacked = new Map(
        (await converter.run(unzipTask, bytes, by)).map((one) => [one.name, one.bytes]),
      )
      read = (name) => unpacked.get(name)
    }
    const signed = read('SHA256SUMS')!
    const key = createPublicKey(Buffer.from(read('public-key.pem')!))
    const lines = Buffer.from(signed).toString().split('\n').filter(Boolean)
    const sums = new Map(lines.map((line) => [line.slice(66), line.slice(0, 64)]))
    const expected = [...sums.keys(), 'SHA256SUMS', 'SHA256SUMS.sig'].toSorted()
    const isProper =
      keys.vouchesFor(keySha256(key)) &&
      verify(null, signed, key, read('SHA256SUMS.sig')!) &&
      sums.get('record.json') === summary.recordSha256 &&
      names.length === expected.length &&
      names.toSorted().every((name, at) => name === expected[at])
    if (!isProper) throw new Refusal('revision_broken')
    return { sums, read }
  }

  async function proveEach({ sums, read }: OpenedPackage, names: Iterable<string>): Promise<void> {
    for (const name of names) {
      // oxlint-disable-next-line no-await-in-loop -- one file at a time in memory, so that others have their turn
      if ((await sha256InPieces(read(name)!)) !== sums.get(name)) throw new Refusal('revision_broken')
    }
  }

  return {
    async proveWhole(stored, revision, by) {
      const known = `${stored.sha256} ${revision.summary.recordSha256}`
      if (proved.has(known) && (await sha256InPieces(stored.bytes)) === stored.sha256) return
      await orBroken(async () => {
        const opened = await open(stored, revision, by)
        await proveEach(opened, opened.sums.keys())
      })
      if (proved.size >= mostProved) proved.clear()
      proved.add(known)
    },
    proveFile: (stored, name, revision, by) =>
      orBroken(async () => {
        const opened = await open(stored, revision, by)
        if (!opened.sums.has(name)) return undefined
        await proveEach(opened, [name])
        return opened.read(name)
      }),
  }
}

/** What is no archive, or lacks what it must hold, is broken; that there is no process to unpack it with is not. */
async function orBroken<Result>(prove: () => Promise<Result>): Promise<Result> {
  try {
    return await prove()
  } catch (failure) {
    const isBusy = failure instanceof Refusal && busy.has(failure.code)
    throw isBusy ? failure : new Refusal('revision_broken')
  }
}

const busy: ReadonlySet<string> = new Set(['too_many_conversions', 'server_stopping'])
