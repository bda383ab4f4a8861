import { createHash, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'
import type { RevisionRecord, SignatureStatement } from '../../../shared/signoff.ts'
import { trailStart } from '../../../shared/trail.ts'
import type { SigningKey } from '../../../server/signoff/signing-key.ts'
import { canonicalJson, sha256Hex } from '../../../server/trail/canonical.ts'
import { lampRecord, lampRevision } from './lamp-revision.ts'

/** A key for tests alone: everybody can read it here. `seed` is one byte. */
export function testKey(seed: number): SigningKey {
  const pkcs8 = Buffer.concat([
    Buffer.from('302e020100300506032b657004220420', 'hex'),
    Buffer.alloc(32, seed),
  ])
  const privateKey = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })
  const publicKey = createPublicKey(privateKey)
  const publicKeySha256 = createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex')
  return {
    publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }) as string,
    publicKeySha256,
    vouchesFor: (sha256) => sha256 === publicKeySha256,
    unproved: new Map(),
    sign: (bytes) => sign(null, bytes, privateKey),
    verify: (bytes, signature) => verify(null, bytes, publicKey, signature),
  }
}

/** A small record of version 1 with all that a record may hold. */
export const smallRecord: RevisionRecord = {
  ...lampRecord,
  documents: [
    lampRecord.documents[0]!,
    {
      ...lampRecord.documents[1]!,
      content: {
        type: 'doc',
        content: [
          { type: 'paragraph', content: [{ type: 'text', text: '灯臂壁厚 2.8 mm, GB/T 1804-m' }] },
          { type: 'blockMath', attrs: { latex: '\\frac{F}{A} \\le 12\\,\\text{MPa}' } },
        ],
      },
    },
  ],
}

/** The small record signed by both sides under statements of a version, with the trail that version 2 names. */
export function signedFixture(key: SigningKey, version: 1 | 2) {
  const revision = lampRevision(key, smallRecord)
  if (version === 1) return { revision, trail: null }
  const lines: string[] = []
  let previous = trailStart
  const add = (action: string, at: string, details: object) => {
    const line = canonicalJson({
      projectId: smallRecord.project.id,
      seq: lines.length + 1,
      at,
      actor: { userId: 'u-lin', name: '林晓 Lin Xiao', side: 'design' },
      action,
      subject: { revision: { id: 'r-b', letter: 'B' } },
      details,
      previous,
    })
    lines.push(`${line}\n`)
    previous = sha256Hex(line)
  }
  add('revision.put_forward', smallRecord.putForward.at, {
    recordSha256: revision.summary.recordSha256,
    stateAt: 0,
  })
  const statements = revision.statements.map((one) => {
    const said = JSON.parse(one.statement) as SignatureStatement
    const trail = { entries: lines.length, hash: previous }
    const statement = canonicalJson({ ...said, version: 2, trail })
    add('revision.signed', said.time, { meaning: said.meaning, statementSha256: sha256Hex(statement) })
    return { ...one, statement, signature: key.sign(Buffer.from(statement)) }
  })
  const stored = { ...revision, statements }
  return {
    revision: stored,
    trail: { lines: Buffer.from(lines.join('')), head: { entries: lines.length, hash: previous } },
  }
}
