import { z } from 'zod'
import { sides } from './permissions.ts'

/** Revision letters in their order; I, O, Q, S, X and Z are never used (ISO 7200 practice: mistaken for digits). */
const letters = 'ABCDEFGHJKLMNPRTUVWY'

/** The letter of the nth revision, from 0: A … Y, then AA, AB … as drawing offices count. */
export function revisionLetter(index: number): string {
  const low = letters[index % letters.length]!
  const high = Math.floor(index / letters.length)
  return high === 0 ? low : revisionLetter(high - 1) + low
}

export const meanings = ['authorship', 'review', 'approval', 'responsibility'] as const
export type Meaning = (typeof meanings)[number]

export const revisionStates = ['open', 'signed', 'withdrawn'] as const

export const createRevision = z.object({ description: z.string().trim().max(500).default('') })
export const createSignature = z.object({
  password: z.string(),
  meaning: z.enum(meanings).default('approval'),
})

export const signature = z.object({
  id: z.string(),
  userId: z.string(),
  name: z.string(),
  firm: z.string(),
  side: z.enum(sides),
  meaning: z.enum(meanings),
  signedAt: z.string(),
})
export type Signature = z.infer<typeof signature>

export const revisionSummary = z.object({
  id: z.string(),
  projectId: z.string(),
  letter: z.string(),
  description: z.string(),
  state: z.enum(revisionStates),
  /** SHA-256 of the canonical record (RFC 8785), 64 hex digits: what is signed. */
  recordSha256: z.string(),
  createdBy: z.string(),
  createdAt: z.string(),
  signatures: z.array(signature),
})
export type RevisionSummary = z.infer<typeof revisionSummary>
