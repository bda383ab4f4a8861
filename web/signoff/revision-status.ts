import type { Side } from '../../shared/permissions.ts'
import type { RevisionSummary } from '../../shared/signoff.ts'
import { missingSigners, signedSides } from '../../shared/rules/signing-policy.ts'

/** What was signed and counts still: not what lapsed. */
const counting = ({ signatures }: RevisionSummary) => signatures.filter(({ lapsed }) => !lapsed)

/** The signature by which a revision can be signed by nobody any more, as its signer may not sign for that side now. */
export const lapsedIn = ({ signatures }: RevisionSummary) => signatures.find(({ lapsed }) => lapsed)

/** The sides of which nobody is awaited any more, whatever became of the revision since. */
export const signedSidesOf = (revision: RevisionSummary): Side[] =>
  signedSides(revision.requiredSigners, counting(revision))

/** Names the words (of `signoff`) that say who has signed and who is awaited. */
export function sealWords(revision: RevisionSummary) {
  if (lapsedIn(revision)) return 'seal.lapsed'
  if (missingSigners(revision.requiredSigners, revision.signatures).length === 0) return 'seal.both'
  const [side] = signedSidesOf(revision)
  return side ? (`seal.${side}` as const) : 'seal.none'
}

/** Names the words (of `signoff`) for how a revision stands; while one side has signed, they say which is awaited. */
export function statusWords(revision: RevisionSummary) {
  if (revision.integrity !== 'ok') return 'broken.state'
  const isHalfSigned = revision.state === 'open' && revision.signatures.length > 0
  return isHalfSigned ? sealWords(revision) : (`state.${revision.state}` as const)
}

/** True for one that only the trail tells of any more: nothing can be done with it, or instead of it. */
export const isMissing = ({ flaws }: RevisionSummary): boolean => flaws.includes('revision_missing')

/** True when all that is wrong is the file of its package, which may be put back. */
export const isOnlyPackage = ({ flaws }: RevisionSummary): boolean =>
  flaws.length > 0 && flaws.every((flaw) => flaw.startsWith('package_file_'))

/** Of revisions, the latest first: the latest, and the latest that both sides signed, whatever was put forward since. */
export const latestOf = (revisions: readonly RevisionSummary[]) => ({
  latest: revisions[0],
  inForce: revisions.find(({ state }) => state === 'signed' || state === 'sealing'),
})
