import type { RevisionSummary } from '../../shared/signoff.ts'

/** Which sides have signed, whatever became of the revision since. */
export const halvesOf = ({ signatures }: RevisionSummary) => ({
  design: signatures.some((one) => one.side === 'design'),
  manufacture: signatures.some((one) => one.side === 'manufacture'),
})

/** Names the words (of `signoff`) that say who has signed and who is awaited. */
export function sealWords(revision: RevisionSummary) {
  const { design, manufacture } = halvesOf(revision)
  if (design) return manufacture ? 'seal.both' : 'seal.design'
  return manufacture ? 'seal.manufacture' : 'seal.none'
}

/** Names the words (of `signoff`) for how a revision stands; while one side has signed, they say which is awaited. */
export function standingWords(revision: RevisionSummary) {
  if (revision.integrity !== 'ok') return 'broken.state'
  const isHalfSigned = revision.state === 'open' && revision.signatures.length > 0
  return isHalfSigned ? sealWords(revision) : (`state.${revision.state}` as const)
}

/** True for one that only the trail tells of any more: nothing can be done with it, or instead of it. */
export const isMissing = ({ flaws }: RevisionSummary): boolean => flaws.includes('revision_missing')

/** Of revisions, the latest first: the latest, and the latest that both sides signed, whatever was put forward since. */
export const latestOf = (revisions: readonly RevisionSummary[]) => ({
  latest: revisions[0],
  inForce: revisions.find(({ state }) => state === 'signed' || state === 'sealing'),
})
