import { createPublicKey, verify } from 'node:crypto'
import { Refusal, type ErrorCode } from '../../../shared/errors.ts'
import { heldAgainst, piecesIn, sha256Of, type KeptFile } from '../../files/kept-file.ts'
import { cutIntoPieces, sha256InPieces } from '../../files/pieces.ts'
import type { FileStore } from '../../files/store.ts'
import type { Converter, Requester } from '../../conversions/task.ts'
import type { RevisionOutline } from '../../signoff/revisions.ts'
import { keySha256, type SigningKey } from '../../signoff/signing-key.ts'
import { unzipTask } from './archive.ts'
import { readPlaces } from './archive-pieces.ts'

/** What a package is held against. */
type Proved = Pick<RevisionOutline, 'summary'>
type Summary = Proved['summary']

/** A package as it was stored. */
export interface StoredPackage {
  file: KeptFile
  /** The SHA-256 that its revision's row names. */
  sha256: string
}

/** Proved bytes: they are held against their SHA-256 once more as they are read, and break off before their end. */
export interface ProvedBytes {
  size: number
  read(): AsyncIterable<Uint8Array>
}

interface Held extends ProvedBytes {
  sha256(): Promise<string>
  /** The whole, for what is little. */
  bytes(): Promise<Uint8Array>
}

/** A stored package, whose sums are proved to be signed by a key that this instance vouches for. */
interface Opened {
  /** The signed SHA-256 of each file, by name. */
  sums: Map<string, string>
  held: Map<string, Held>
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
  proveWhole(stored: StoredPackage, revision: Proved, by: Requester): Promise<ProvedBytes>
  /** One file, proved by its own bytes; undefined when the package was made without it. */
  proveFile(
    stored: StoredPackage,
    name: string,
    revision: Proved,
    by: Requester,
  ): Promise<ProvedBytes | undefined>
}

const mostProved = 10_000

/**
 * Signatures and hashes are checked here, of the stored file, a piece at a time: no converter's word is taken for them,
 * and no package is in memory as a whole. Only one from before files were stored as they are is unpacked first, in a
 * converter process.
 */
export function createPackageProof(
  keys: Pick<SigningKey, 'vouchesFor'>,
  converter: Pick<Converter, 'run'>,
): PackageProof {
  /** What was proved whole: by its own SHA-256 and the record's, which the same bytes never prove otherwise. */
  const proved = new Set<string>()

  async function open({ file }: StoredPackage, summary: Summary, by: Requester): Promise<Opened> {
    const places = await readPlaces(file).catch(failed(summary))
    const entries = places
      ? places.map(({ name, at, size }) => [name, inFile(file, at, size)] as const)
      : (await unpack(file, summary, by)).map(({ name, bytes }) => [name, inMemory(bytes)] as const)
    const held = new Map(entries)
    if (held.size < entries.length) throw broken(summary)
    const little = async (name: string): Promise<Uint8Array> => {
      const one = held.get(name)
      if (!one || one.size > mostLittle) throw broken(summary)
      return one.bytes()
    }
    const [signed, signature, pem] = [
      await little('SHA256SUMS'),
      await little('SHA256SUMS.sig'),
      await little('public-key.pem'),
    ]
    const sums = compared(summary, () => {
      const key = createPublicKey(Buffer.from(pem))
      const lines = Buffer.from(signed).toString().split('\n').filter(Boolean)
      const found = new Map(lines.map((line) => [line.slice(66), line.slice(0, 64)]))
      const expected = [...found.keys(), 'SHA256SUMS', 'SHA256SUMS.sig'].toSorted()
      const names = [...held.keys()].toSorted()
      const isProper =
        keys.vouchesFor(keySha256(key)) &&
        verify(null, signed, key, signature) &&
        found.get('record.json') === summary.recordSha256 &&
        names.length === expected.length &&
        names.every((name, at) => name === expected[at])
      return isProper ? found : null
    })
    if (!sums) throw broken(summary)
    return { sums, held }
  }

  async function unpack(file: KeptFile, summary: Summary, by: Requester) {
    try {
      return await converter.run(unzipTask, () => file.read(0, file.size), by)
    } catch (failure) {
      if (by.signal?.aborted || !(failure instanceof Refusal)) throw failure
      if (failure.code === 'revision_broken') throw broken(summary)
      throw askedLater.has(failure.code) ? failure : unchecked(summary, failure)
    }
  }

  async function proveEach({ sums, held }: Opened, names: Iterable<string>, summary: Summary): Promise<void> {
    for (const name of names) {
      const one = held.get(name)
      if (!one || (await one.sha256().catch(failed(summary))) !== sums.get(name)) throw broken(summary)
    }
  }

  const whole = ({ file, sha256 }: StoredPackage): ProvedBytes => ({
    size: file.size,
    read: () => heldAgainst(piecesIn(file), sha256),
  })

  async function proveSelf({ file, sha256 }: StoredPackage, summary: Summary): Promise<void> {
    if ((await sha256Of(piecesIn(file)).catch(failed(summary))) !== sha256) throw broken(summary)
  }

  return {
    async proveWhole(stored, { summary }, by) {
      const known = `${stored.sha256} ${summary.recordSha256}`
      await proveSelf(stored, summary)
      if (proved.has(known)) return whole(stored)
      const opened = await open(stored, summary, by)
      await proveEach(opened, opened.sums.keys(), summary)
      if (proved.size >= mostProved) proved.clear()
      proved.add(known)
      return whole(stored)
    },
    async proveFile(stored, name, { summary }, by) {
      await proveSelf(stored, summary)
      const opened = await open(stored, summary, by)
      const sum = opened.sums.get(name)
      if (sum === undefined) return undefined
      await proveEach(opened, [name], summary)
      const { size, read } = opened.held.get(name)!
      return { size, read: () => heldAgainst(read(), sum) }
    },
  }
}

/** Of what a package proves itself with, in bytes. */
const mostLittle = 4_194_304

const inFile = (file: KeptFile, at: number, size: number): Held => ({
  size,
  read: () => piecesIn(file, at, size),
  sha256: () => sha256Of(piecesIn(file, at, size)),
  bytes: () => file.read(at, size),
})

const inMemory = (bytes: Uint8Array): Held => ({
  size: bytes.length,
  read: () => cutIntoPieces(bytes),
  sha256: () => sha256InPieces(bytes),
  bytes: () => Promise.resolve(bytes),
})

/**
 * Opens a stored package, which is to be closed. @throws Refusal `revision_broken` when there is none of that
 * name, `package_unchecked` when the store cannot be read
 */
export async function openPackage(
  store: Pick<FileStore, 'open'>,
  sha256: string,
  { summary }: Proved,
): Promise<StoredPackage> {
  const file = await store.open(sha256).catch((cause: unknown) => {
    throw unchecked(summary, cause)
  })
  if (!file) throw broken(summary)
  return { file, sha256 }
}

const broken = (summary: Summary): Refusal => new Refusal('revision_broken', { letter: summary.letter })

const unchecked = (summary: Summary, cause: unknown): Refusal =>
  Object.assign(new Refusal('package_unchecked', { letter: summary.letter }), { cause })

/** What lies elsewhere than its table says is broken; what cannot be read just now is not. */
const failed =
  (summary: Summary) =>
  (failure: unknown): never => {
    throw failure instanceof RangeError ? broken(summary) : unchecked(summary, failure)
  }

/** Looks into bytes that lie in memory: what lacks what it must hold is broken. */
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
