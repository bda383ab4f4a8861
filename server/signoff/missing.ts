import { Refusal } from '../../shared/errors.ts'
import { meanings, nextLetter, type RevisionSummary, type Signature } from '../../shared/signoff.ts'
import { missingSigners, oneOfEachSide } from '../../shared/rules/signing-policy.ts'
import { trailEntry, type TrailEntry } from '../../shared/trail.ts'
import type { TrailRow } from '../trail/read.ts'

/** What the trail tells of a revision: `id` and `letter` from its subject. */
type AboutRevision = Omit<TrailEntry, 'hash'> & { revision: { id: string; letter: string } }

const lineOf = trailEntry.omit({ hash: true })

/** The entry of a row as far as it tells of a revision; null for any other, and for what is no entry. */
export function aboutRevision({ line }: Pick<TrailRow, 'line'>): AboutRevision | null {
  if (!line.startsWith('{"action":"revision.')) return null
  try {
    const { data } = lineOf.safeParse(JSON.parse(line))
    const revision = data?.subject.revision
    return data && revision && Number.isFinite(Date.parse(data.at)) ? { ...data, revision } : null
  } catch {
    return null
  }
}

/** Under which name each revision was put forward, by its id: as it was then, which is what its record says. */
export function namesOfPutForward(trail: ReadonlyMap<number, TrailRow>): Map<string, string> {
  const entries = [...trail.values()].flatMap((row) => aboutRevision(row) ?? [])
  const put = entries.filter(({ action }) => action === putForward)
  return new Map(put.map(({ revision, actor }) => [revision.id, actor.name]))
}

/**
 * The revisions that the trail tells of and that are not among the project's rows: no revision ever goes, so whoever
 * had the database took them out, or moved them into another project. Told from the trail alone, as broken.
 */
export function missingFrom(
  projectId: string,
  trail: ReadonlyMap<number, TrailRow>,
  isThere: (revisionId: string) => boolean,
): RevisionSummary[] {
  const entries = [...trail.values()].flatMap((row) => aboutRevision(row) ?? [])
  const put = entries.filter(({ action, revision }) => action === putForward && !isThere(revision.id))
  const byId = new Map(put.map((entry) => [entry.revision.id, entry]))
  return [...byId.values()].map((entry) => {
    const { id, letter } = entry.revision
    const own = entries.filter(({ revision }) => revision.id === id)
    const signatures = own.flatMap((one) => signatureIn(one) ?? [])
    const isWithdrawn = own.some(({ action }) => action === 'revision.withdrawn')
    // what its record said of signers is gone with it
    const requiredSigners = oneOfEachSide
    const isSigned = missingSigners(requiredSigners, signatures).length === 0
    return {
      id,
      projectId,
      letter,
      description: '',
      state: isWithdrawn ? 'withdrawn' : isSigned ? 'signed' : 'open',
      recordSha256: String(entry.details.recordSha256 ?? ''),
      createdBy: entry.actor.userId,
      createdByName: entry.actor.name,
      createdAt: entry.at,
      requiredSigners,
      signatures,
      integrity: 'broken',
      flaws: ['revision_missing'],
      findings: [],
    }
  })
}

const putForward = 'revision.put_forward'

/** A signature as the trail tells of it, which names no firm; null for another act. */
function signatureIn({ seq, action, actor, at, details }: AboutRevision): Signature | null {
  const { userId, name, side } = actor
  const meaning = meanings.find((one) => one === details.meaning)
  if (action !== 'revision.signed' || !side || !meaning) return null
  const id = `trail-${seq}`
  const given = { id, userId, name, firm: '', side, meaning, signedAt: at }
  return { ...given, signIn: null, sameBrowser: false, lapsed: false }
}

/**
 * The letter of the project's next revision, which comes behind every one that the trail or a row tells of: how many
 * there are says nothing where one was taken out. `trail`: its entries that put one forward. @throws Refusal `revision_missing` where one was
 */
export function letterOfNext(rows: readonly { id: string; letter: string }[], trail: TrailRow[]): string {
  const there = new Set(rows.map(({ id }) => id))
  const put = trail.flatMap((row) => aboutRevision(row)?.revision ?? [])
  const missing = put.find(({ id }) => !there.has(id))
  if (missing) throw new Refusal('revision_missing', { letter: missing.letter })
  return nextLetter([...rows, ...put].map(({ letter }) => letter))
}
