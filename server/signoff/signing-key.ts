import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto'
import { open, readdir, readFile, rename, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { makeFolders, syncFolder } from '../files/folders.ts'

/** The instance's Ed25519 key: it vouches that the server saw a person sign. */
export interface SigningKey {
  publicKeyPem: string
  /** SHA-256 of the public key's DER (SPKI) form, 64 hex digits. */
  publicKeySha256: string
  /** True for a key, by its SHA-256, whose signatures are believed: this one, or a former one of this instance. */
  vouchesFor(publicKeySha256: string): boolean
  /**
   * Packages that were stored before this instance's key signed for them, and that have not been held against their own
   * bytes since it was opened: revision id to the package's SHA-256. That the key has not signed for such a one is no
   * flaw of its revision as long as it stands here; whoever downloads it has it proved first all the same.
   */
  unproved: Map<string, string>
  sign(bytes: Uint8Array): Uint8Array
  verify(bytes: Uint8Array, signature: Uint8Array): boolean
}

/** A key that must not be used, or is not there though it was: the server does not start. */
export class SigningKeyFailure extends Error {
  readonly code: 'signing_key_missing' | 'signing_key_unreadable' | 'signing_key_torn' | 'signing_key_foreign'
  readonly params: Record<string, string>

  constructor(code: SigningKeyFailure['code'], params: Record<string, string>) {
    super(code)
    this.name = 'SigningKeyFailure'
    this.code = code
    this.params = params
  }
}

interface SigningKeyOptions {
  /** The SHA-256 of each key that stored signatures were made with. */
  signedWith?: ReadonlySet<string>
  /** Told of what does not keep the server from starting. */
  warn?(problem: 'key_open_to_others', path: string): void
}

/**
 * Reads the key from `<dataDir>/keys/signing-key.pem`. A new one is made only where there is none and nothing was ever
 * signed: owner-only, written under another name, synced and renamed, so that a crash leaves a whole key or none.
 * Public keys in `<dataDir>/keys/former` are believed too: the way out for whoever lost the private one.
 * @throws SigningKeyFailure `signing_key_missing`, `signing_key_unreadable`, `signing_key_torn`, `signing_key_foreign`
 */
export async function openSigningKey(
  dataDir: string,
  { signedWith = new Set(), warn }: SigningKeyOptions = {},
): Promise<SigningKey> {
  const folder = join(dataDir, 'keys')
  const path = join(folder, 'signing-key.pem')
  const former = await readFormerKeys(join(folder, 'former'))
  const unknown = [...signedWith].filter((key) => !former.has(key))
  let pem = await readKey(path)
  if (pem === null) {
    if (unknown.length > 0)
      throw new SigningKeyFailure('signing_key_missing', { path, key: shown(unknown[0]!) })
    pem = await makeKey(folder, path)
  } else if (((await stat(path)).mode & 0o077) !== 0 && process.platform !== 'win32') {
    warn?.('key_open_to_others', path)
  }
  const key = signingKey(privateKeyIn(pem, path), former)
  const foreign = unknown.find((one) => one !== key.publicKeySha256)
  if (foreign !== undefined) {
    throw new SigningKeyFailure('signing_key_foreign', {
      path,
      key: shown(foreign),
      found: shown(key.publicKeySha256),
    })
  }
  return key
}

/** The SHA-256 of a public key's DER form, 64 hex digits. */
export const keySha256 = (publicKey: KeyObject): string =>
  createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex')

/** As print and packages begin to show it. */
const shown = (publicKeySha256: string): string => publicKeySha256.slice(0, 16)

/** Null when there is none. */
async function readKey(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? ''
    if (reason === 'ENOENT') return null
    throw new SigningKeyFailure('signing_key_unreadable', { path, reason })
  }
}

function privateKeyIn(pem: string, path: string): KeyObject {
  try {
    const key = createPrivateKey(pem)
    if (key.asymmetricKeyType === 'ed25519') return key
  } catch {
    // told below
  }
  throw new SigningKeyFailure('signing_key_torn', { path })
}

async function readFormerKeys(folder: string): Promise<Set<string>> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw new SigningKeyFailure('signing_key_unreadable', { path: folder, reason: error.code ?? '' })
  })
  const found = new Set<string>()
  for (const name of names.filter((one) => one.endsWith('.pem'))) {
    const path = join(folder, name)
    const pem = await readKey(path)
    try {
      found.add(keySha256(createPublicKey(pem ?? '')))
    } catch {
      throw new SigningKeyFailure('signing_key_torn', { path })
    }
  }
  return found
}

async function makeKey(folder: string, path: string): Promise<string> {
  await makeFolders(folder, 0o700)
  const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
  await writeKeyFile(path, pem)
  return pem
}

/** Writes a file into the folder of keys, for its owner only; a crash leaves the whole of it or nothing. */
export async function writeKeyFile(path: string, text: string): Promise<void> {
  const unfinished = `${path}.${process.pid}`
  const file = await open(unfinished, 'w', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(unfinished, path)
  await syncFolder(dirname(path))
}

function signingKey(privateKey: KeyObject, former: ReadonlySet<string>): SigningKey {
  const publicKey = createPublicKey(privateKey)
  const publicKeySha256 = keySha256(publicKey)
  return {
    publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }) as string,
    publicKeySha256,
    vouchesFor: (asked) => asked === publicKeySha256 || former.has(asked),
    unproved: new Map(),
    sign: (bytes) => sign(null, bytes, privateKey),
    verify: (bytes, signature) => verify(null, bytes, publicKey, signature),
  }
}
