import { createPublicKey, verify, type KeyObject } from 'node:crypto'
import type { Flaw } from '../../shared/signoff.ts'
import {
  missingSigners,
  oneOfEachSide,
  placesOf,
  type RequiredSigner,
} from '../../shared/rules/signing-policy.ts'
import type { TrailEntry } from '../../shared/trail.ts'
import { sha256Hex } from '../trail/canonical.ts'
import type { TrailRow } from '../trail/read.ts'
import { findingsSha256, packageStatement, putForwardStatement } from './proofs.ts'
import { readStatement } from './signed-versions.ts'
import { keySha256, type SigningKey } from './signing-key.ts'
import type { PackageFinding, revisions, signatures } from './tables.ts'

/** Whose signatures are believed: this instance's key, and those that its operator vouches for; and what is not signed yet. */
export type TrustedKeys = Pick<SigningKey, 'publicKeySha256' | 'vouchesFor' | 'unproved'> & {
  /** That the key has not signed for a revision's being put forward is no flaw: only while it does so for the first time. */
  isSigningPutForward?: true
}

type SignatureRow = typeof signatures.$inferSelect
type RevisionRow = Omit<typeof revisions.$inferSelect, 'record'> & { packageFinding: PackageFinding | null }

/** What of a record is told by its row too, and whose signatures it takes. */
export interface RecordFacts {
  projectId: string
  letter: string
  description: string
  createdBy: string
  at: string
  requiredSigners: readonly RequiredSigner[]
}

/** Whose signatures a revision takes: its record says it, and the row, which anybody with the database can change, does not. */
export const signersOf = (facts: RecordFacts | null): readonly RequiredSigner[] =>
  facts?.requiredSigners ?? oneOfEachSide

/** All that a stored revision is proved by. */
export interface Evidence {
  row: RevisionRow
  /** SHA-256 of the record's bytes as they are stored, computed anew. */
  hash: string
  /** Null when the record is no record. */
  facts: RecordFacts | null
  signatures: SignatureRow[]
  /** Rows of the project's trail by their number: those about its revisions, those that statements name, the first. */
  trail: ReadonlyMap<number, TrailRow>
  /** The first entry of the project's trail that does not follow the one before; null when all do. */
  chainBreak: number | null
  /** The keys' `unproved` as it was before the row was read: what is proved since is signed for in the row as it is now. */
  unproved: ReadonlyMap<string, string>
}

/**
 * What is wrong with a stored revision; nothing when it is what was put forward and signed. Each thing is proved by
 * another: rows by the record and the statements, these by their hashes, signatures and entries of the trail, the trail
 * by the heads that were signed. The one function that decides it, for every place that shows or hands out a revision.
 */
export function flawsOf(keys: TrustedKeys, evidence: Evidence): Flaw[] {
  const found = new Set<Flaw>()
  const { row, hash, facts } = evidence
  if (hash !== row.recordSha256) found.add('record_changed')
  if (!facts || !isOfRow(facts, row)) found.add('record_foreign')
  const entries = entriesAbout(evidence, found)
  checkPutForward(keys, evidence, entries, found)
  for (const one of evidence.signatures) checkSignature(keys, evidence, one, found)
  checkWhole(evidence, entries, found)
  checkChain(evidence, found)
  checkPackage(keys, evidence, found)
  return [...found]
}

const isOfRow = (facts: RecordFacts, row: RevisionRow): boolean =>
  facts.projectId === row.projectId &&
  facts.letter === row.letter &&
  facts.description === row.description &&
  facts.createdBy === row.createdBy &&
  facts.at === row.createdAt.toISOString()

/** An entry as it was hashed, in its place between those beside it, as far as they are known; else null. */
function entryAt({ row, trail }: Evidence, seq: number): TrailEntry | null {
  const stored = trail.get(seq)
  if (!stored || sha256Hex(stored.line) !== stored.hash) return null
  try {
    const entry = JSON.parse(stored.line) as TrailEntry
    const before = trail.get(seq - 1)
    const after = trail.get(seq + 1)
    const follows =
      (!before || before.hash === entry.previous) &&
      (!after || (JSON.parse(after.line) as TrailEntry).previous === stored.hash)
    return follows && entry.seq === seq && entry.projectId === row.projectId ? entry : null
  } catch {
    return null
  }
}

/** The trail's entries about this revision. Whatever names it without being a proper entry is a flaw. */
function entriesAbout(evidence: Evidence, found: Set<Flaw>): TrailEntry[] {
  const id = JSON.stringify(evidence.row.id)
  return [...evidence.trail.values()].flatMap(({ seq, line }) => {
    if (!line.startsWith('{"action":"revision.') || !line.includes(id)) return []
    const entry = entryAt(evidence, seq)
    if (!entry) found.add('trail_broken')
    const isAbout = entry?.subject.revision?.id === evidence.row.id && entry.action !== 'revision.exported'
    return isAbout ? [entry] : []
  })
}

function checkPutForward(
  keys: TrustedKeys,
  evidence: Evidence,
  entries: TrailEntry[],
  found: Set<Flaw>,
): void {
  const { row } = evidence
  const isFirstTime = keys.isSigningPutForward === true && row.putForwardSignature === null
  const [put, ...others] = entries.filter(({ action }) => action === 'revision.put_forward')
  if (!isFirstTime && !isPutForwardSigned(keys, evidence, put)) found.add('put_forward_missing')
  if (!put && (isFirstTime ? isBeforeTrail(evidence) : row.putForwardEntry === null)) return
  const isThis =
    put?.details.recordSha256 === row.recordSha256 &&
    put.subject.revision?.letter === row.letter &&
    put.actor.userId === row.createdBy &&
    (isFirstTime || put.seq === row.putForwardEntry)
  if (!isThis || others.length > 0) found.add('put_forward_missing')
  // those from before it was kept prove nothing about it
  const told = put?.details.findingsSha256
  if (told !== undefined && told !== findingsSha256(row.findings)) found.add('findings_changed')
}

/** That this row was put forward by this entry of the trail: nobody but the server can sign for it. */
function isPutForwardSigned(
  keys: TrustedKeys,
  { row, trail }: Evidence,
  put: TrailEntry | undefined,
): boolean {
  const { putForwardSignature: signature } = row
  const key = keyOf(row.putForwardPublicKey)
  if (!key || !signature || !keys.vouchesFor(keySha256(key))) return false
  const entry = put ? trail.get(put.seq)! : null
  return verify(null, Buffer.from(putForwardStatement({ ...row, entry })), key, signature)
}

/** Put forward before the project had a trail, which begins with its first entry. */
function isBeforeTrail({ facts, trail }: Evidence): boolean {
  const first = trail.get(1)
  if (!first) return trail.size === 0
  try {
    return facts !== null && facts.at < (JSON.parse(first.line) as TrailEntry).at
  } catch {
    return false
  }
}

function checkSignature(keys: TrustedKeys, evidence: Evidence, one: SignatureRow, found: Set<Flaw>): void {
  const { row } = evidence
  const key = keyOf(one.publicKey)
  const keyHash = key && keySha256(key)
  if (!keyHash || !keys.vouchesFor(keyHash)) found.add('key_foreign')
  if (!key || !verify(null, Buffer.from(one.statement), key, one.signature)) found.add('signature_invalid')
  const statement = readStatement(one.statement)
  if (!statement) return void found.add('statement_foreign')
  const { signer } = statement
  const saysSame =
    statement.recordSha256 === row.recordSha256 &&
    statement.revision === row.letter &&
    statement.project.id === row.projectId &&
    signer.userId === one.userId &&
    signer.name === one.name &&
    signer.firm === one.firm &&
    signer.side === one.side &&
    statement.meaning === one.meaning &&
    statement.time === one.signedAt.toISOString() &&
    statement.publicKeySha256 === keyHash
  if (!saysSame) found.add('statement_foreign')
  if (!statement.trail) return
  const { entries, hash } = statement.trail
  if (entries > 0 && (!entryAt(evidence, entries) || evidence.trail.get(entries)?.hash !== hash)) {
    found.add('trail_broken')
  }
  const entry = entryAt(evidence, entries + 1)
  const isRecorded =
    entry?.action === 'revision.signed' &&
    entry.previous === hash &&
    entry.subject.revision?.id === row.id &&
    entry.actor.userId === one.userId &&
    entry.details.statementSha256 === sha256Hex(one.statement)
  if (!isRecorded) found.add('signature_unrecorded')
}

/** What no single signature tells: that none is missing or there twice, and that the state is what they make it. */
function checkWhole(evidence: Evidence, entries: TrailEntry[], found: Set<Flaw>): void {
  const { row, signatures: all } = evidence
  const required = signersOf(evidence.facts)
  const stated = new Set(all.map(({ statement }) => sha256Hex(statement)))
  const recorded = entries.filter(({ action }) => action === 'revision.signed')
  if (recorded.some(({ details }) => !stated.has(String(details.statementSha256)))) {
    found.add('signature_missing')
  }
  const placed = placesOf(required, all).filter(({ signature }) => signature)
  if (placed.length < all.length || new Set(all.map(({ userId }) => userId)).size < all.length) {
    found.add('signature_doubled')
  }
  const isSigned = missingSigners(required, all).length === 0
  const isWithdrawn = entries.some(({ action }) => action === 'revision.withdrawn')
  const hasTrail = entries.length > 0
  if (row.state === 'open' && (isSigned || isWithdrawn)) found.add('state_false')
  if (row.state === 'withdrawn' && (isSigned || (hasTrail && !isWithdrawn))) found.add('state_false')
  if (row.state === 'signed' || row.state === 'sealing') {
    if (isWithdrawn) found.add('state_false')
    if (!isSigned) found.add('signature_missing')
  }
}

/** What the trail says up to its last entry about this revision is proved only by a chain that holds up to there. */
function checkChain({ row, signatures: all, trail, chainBreak }: Evidence, found: Set<Flaw>): void {
  if (chainBreak === null) return
  const id = JSON.stringify(row.id)
  const named = [...trail.values()].flatMap(({ seq, line }) => (line.includes(id) ? [seq] : []))
  const signed = all.flatMap(({ statement }) => trailIn(statement) ?? [])
  if ([...named, ...signed].some((seq) => seq >= chainBreak)) found.add('trail_broken')
}

/** The number of the entry with which a statement was given. */
function trailIn(text: string): number | null {
  const head = readStatement(text)?.trail
  return head ? head.entries + 1 : null
}

/**
 * The row names a package only together with what this instance's key said of it when it was stored. One from before the
 * key did so is held against its own bytes first: until then nothing is known against it. Its file is read in the
 * background, looked at whenever a revision is shown, and what was found is kept (`package-checks.ts`).
 */
function checkPackage(keys: TrustedKeys, { row, signatures, unproved }: Evidence, found: Set<Flaw>): void {
  const { packageSha256, packageSignature, packagePublicKey, packageFinding } = row
  if (packageFinding !== null) found.add(`package_file_${packageFinding}`)
  if (packageSha256 === null && packageSignature === null && packagePublicKey === null) {
    if (row.state === 'signed' && wasSealed(signatures)) found.add('package_missing')
    return
  }
  const isUntouched = packageSignature === null && packagePublicKey === null && row.state === 'signed'
  if (isUntouched && packageSha256 !== null && unproved.get(row.id) === packageSha256) return
  const key = keyOf(packagePublicKey)
  const isProved =
    row.state === 'signed' &&
    packageSha256 !== null &&
    packageSignature !== null &&
    key !== null &&
    keys.vouchesFor(keySha256(key)) &&
    verify(null, Buffer.from(packageStatement({ ...row, packageSha256 })), key, packageSignature)
  if (!isProved) found.add('package_changed')
}

/**
 * Since packages are stored a revision is `signed` only together with its package; one that was closed before is sealed
 * once.
 */
const wasSealed = (all: readonly SignatureRow[]): boolean =>
  all.some(({ statement }) => readStatement(statement)?.closesWithPackage)

const parsedKeys = new Map<string, KeyObject | null>()
/** Keys that are kept parsed: an instance has one, and as many more as somebody put into the database. */
const mostKeys = 16

function keyOf(pem: string | null): KeyObject | null {
  if (pem === null) return null
  const known = parsedKeys.get(pem)
  if (known !== undefined) return known
  let key: KeyObject | null = null
  try {
    key = createPublicKey(pem)
  } catch {
    // what is no key vouches for nothing
  }
  if (key?.asymmetricKeyType !== 'ed25519') key = null
  if (parsedKeys.size >= mostKeys) parsedKeys.clear()
  parsedKeys.set(pem, key)
  return key
}
