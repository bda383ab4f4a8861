import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto'
import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'

/** The instance's Ed25519 key: it vouches that the server saw a person sign. */
export interface SigningKey {
  publicKeyPem: string
  /** SHA-256 of the public key's DER (SPKI) form, 64 hex digits. */
  publicKeySha256: string
  sign(bytes: Uint8Array): Uint8Array
  verify(bytes: Uint8Array, signature: Uint8Array): boolean
}

/**
 * Reads the key from `<dataDir>/keys/signing-key.pem`, and makes it when there is none: owner-only, written
 * under another name, synced and renamed, so that a crash leaves a whole key or none.
 */
export async function openSigningKey(dataDir: string): Promise<SigningKey> {
  const folder = join(dataDir, 'keys')
  const path = join(folder, 'signing-key.pem')
  const pem = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
    return null
  })
  return signingKey(createPrivateKey(pem ?? (await makeKey(folder, path))))
}

async function makeKey(folder: string, path: string): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
  const unfinished = `${path}.${process.pid}`
  const file = await open(unfinished, 'w', 0o600)
  try {
    await file.writeFile(pem)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(unfinished, path)
  const directory = await open(folder)
  // Windows cannot sync a folder; there the rename itself is journalled.
  await directory.sync().catch(() => undefined)
  await directory.close()
  return pem
}

function signingKey(privateKey: KeyObject): SigningKey {
  const publicKey = createPublicKey(privateKey)
  return {
    publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }) as string,
    publicKeySha256: createHash('sha256')
      .update(publicKey.export({ type: 'spki', format: 'der' }))
      .digest('hex'),
    sign: (bytes) => sign(null, bytes, privateKey),
    verify: (bytes, signature) => verify(null, bytes, publicKey, signature),
  }
}
