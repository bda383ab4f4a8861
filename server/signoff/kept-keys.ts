import { createPublicKey } from 'node:crypto'
import { eq, isNull } from 'drizzle-orm'
import type { Database } from '../db/database.ts'
import { readStatement } from './signed-versions.ts'
import { keySha256, type SigningKey } from './signing-key.ts'
import { revisions, signatures } from './tables.ts'

/** The SHA-256 of each key that a stored signature names, a person's, a revision's or a package's. What names none is told where the signature is shown. */
export async function keysSignedWith(database: Database): Promise<Set<string>> {
  const kept = await database.selectDistinct({ publicKey: signatures.publicKey }).from(signatures)
  const ofRevisions = await database
    .selectDistinct({ putForward: revisions.putForwardPublicKey, sealed: revisions.packagePublicKey })
    .from(revisions)
  const named = [
    ...kept.map(({ publicKey }) => publicKey),
    ...ofRevisions.flatMap(({ putForward, sealed }) => [putForward, sealed]),
  ]
  const found = new Set(named.flatMap((publicKey) => (publicKey === null ? [] : (hashOf(publicKey) ?? []))))
  if (kept.some(({ publicKey }) => publicKey === null)) {
    for (const { statement } of await withoutKey(database)) {
      const keyHash = readStatement(statement)?.publicKeySha256
      if (keyHash) found.add(keyHash)
    }
  }
  return found
}

/** Notes the key of signatures from before each kept its own, where it is this one that proves them. */
export async function keepPublicKeys(
  database: Database,
  { publicKeyPem, verify }: Pick<SigningKey, 'publicKeyPem' | 'verify'>,
): Promise<void> {
  for (const { id, statement, signature } of await withoutKey(database)) {
    if (!verify(Buffer.from(statement), signature)) continue
    await database.update(signatures).set({ publicKey: publicKeyPem }).where(eq(signatures.id, id))
  }
}

const withoutKey = (database: Database) =>
  database
    .select({ id: signatures.id, statement: signatures.statement, signature: signatures.signature })
    .from(signatures)
    .where(isNull(signatures.publicKey))

function hashOf(pem: string): string | null {
  try {
    return keySha256(createPublicKey(pem))
  } catch {
    return null
  }
}
