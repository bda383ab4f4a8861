import { z } from 'zod'
import { documentKinds } from './documents.ts'
import { roles, sides } from './permissions.ts'
import { isPending, thread, type Thread } from './review.ts'
import type { TrailHead } from './trail.ts'
import { plainText } from './text/plain-text.ts'
import { requiredSigner, signersNamed } from './rules/signing-policy.ts'

/** Revision letters in their order; I, O, Q, S, X and Z are never used (ISO 7200 practice: mistaken for digits). */
const letters = 'ABCDEFGHJKLMNPRTUVWY'

/** The letter of the nth revision, from 0: A … Y, then AA, AB … as drawing offices count. */
export function revisionLetter(index: number): string {
  const low = letters[index % letters.length]!
  const high = Math.floor(index / letters.length)
  return high === 0 ? low : revisionLetter(high - 1) + low
}

/** The letter behind the highest of these; what is no revision's letter counts for nothing. */
export const nextLetter = (taken: readonly string[]): string =>
  revisionLetter(Math.max(-1, ...taken.map(indexOf)) + 1)

/** The order of revisions, the latest first: by their letters, as a clock may have been put back since. */
export const latestFirst = (one: { letter: string }, other: { letter: string }): number =>
  other.letter.length - one.letter.length || (one.letter < other.letter ? 1 : -1)

/** Longer ones are nobody's: 160,000 revisions have letters of at most four. */
const longestLetter = 4

/** Which revision has this letter, from 0; -1 for what is no letter. */
function indexOf(letter: string): number {
  const places = [...letter].map((one) => letters.indexOf(one))
  if (letter.length > longestLetter || places.includes(-1)) return -1
  return places.reduce((index, place) => (index + 1) * letters.length + place, -1)
}

/** True for an IANA zone that this machine knows, such as `Asia/Shanghai`. */
function isTimeZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

export const meanings = ['authorship', 'review', 'approval', 'responsibility'] as const
export type Meaning = (typeof meanings)[number]

/** `sealing`: all whose signatures it takes have signed, and the package is being made and stored; then it is `signed`. */
export const revisionStates = ['open', 'sealing', 'signed', 'withdrawn'] as const

/** What the print shows in another way than the text does, and where: told before anybody signs. */
export const printFinding = z.object({
  /** A formula is printed as its source, or smaller than one reads; a picture only by its name, or it may look otherwise on a screen; characters that no font holds, as boxes, and those that turn or hide others, by their codes; of many long comments, and of very many points, a part; what is nested too deeply, below each other; a table too wide for the page, in parts; a picture of a comment is not in the package. */
  kind: z.enum([
    'formula',
    'small',
    'picture',
    'appearance',
    'characters',
    'codes',
    'comments',
    'points',
    'nesting',
    'table',
    'attachment',
  ]),
  /** The document's title, `#` and a point's number, or `''` for the cover. */
  place: z.string(),
  /** The formula, the picture's name or the characters, shortened. */
  detail: z.string(),
})
export type PrintFinding = z.infer<typeof printFinding>

/**
 * The points that block sign-off: those that must be settled and are not. A declined one blocks nothing, as declining
 * needs a reason; nor does a draft, which nobody has been told.
 */
export const blockingThreads = <Listed extends BlockingFacts>(threads: readonly Listed[]): Listed[] =>
  threads.filter(({ severity, state, draft }) => severity === 'must' && !draft && isPending(state))

/** What of a point decides whether it blocks. */
export type BlockingFacts = Pick<Thread, 'severity' | 'state' | 'draft'>

/** How long what is said of a revision may be. */
export const descriptionCharacters = 500
export const createRevision = z.object({ description: plainText(descriptionCharacters).default('') })
export const createSignature = z.object({
  password: z.string(),
  meaning: z.enum(meanings).default('approval'),
  /**
   * The signer's IANA time zone: the statement keeps it, and print shows the time in it. UTC where the signer's browser
   * names none that is known here, such as `Etc/Unknown`: nobody is kept from signing by it.
   */
  zone: z
    .string()
    .max(64)
    .default('UTC')
    .transform((zone) => (isTimeZone(zone) ? zone : 'UTC')),
})

/** How a signer came in, as the server knew it when they signed. */
export const signIn = z.object({
  /** How they proved just then who they are. */
  by: z.enum(['password']),
  /** Whether somebody who reads the account's mail had said that the address is theirs. */
  address: z.enum(['confirmed', 'unconfirmed']),
  /** The side of the guest link by which they first came into the project; null when they came by none. */
  guestLink: z.enum(sides).nullable(),
  /** Who set the password that was given, if not its owner. */
  passwordSetBy: z.enum(['operator']).nullable(),
})
export type SignIn = z.infer<typeof signIn>

export const signature = z.object({
  id: z.string(),
  userId: z.string(),
  name: z.string(),
  firm: z.string(),
  side: z.enum(sides),
  meaning: z.enum(meanings),
  signedAt: z.string(),
  /** Null for a signature from before it was recorded. */
  signIn: signIn.nullable(),
  /** True when another signature of the revision came from the same browser. */
  sameBrowser: z.boolean(),
  /** Given on a revision that is open still, by somebody who may not sign for that side any more: it counts for nothing. */
  lapsed: z.boolean(),
})
export type Signature = z.infer<typeof signature>

/**
 * What makes a stored revision broken: it is not what was put forward and signed, so nothing of it is shown as signed.
 * Words for each stand in the catalogues under `signoff:flaw.<code>`.
 */
export const flaws = [
  /** The trail tells that it was put forward, and it is not there. */
  'revision_missing',
  /** The record has another SHA-256 than the one that was kept and signed. */
  'record_changed',
  /** The record names another project, letter, description, author or time than its row. */
  'record_foreign',
  /** The trail does not hold exactly one putting forward of this record. */
  'put_forward_missing',
  /** An entry of the trail that proves this revision is not as it was hashed, or does not follow. */
  'trail_broken',
  /** The key that signed is not one of this instance's. */
  'key_foreign',
  /** The Ed25519 signature does not fit the statement. */
  'signature_invalid',
  /** The statement says something else than its row or its revision. */
  'statement_foreign',
  /** The trail does not hold the signing of this statement. */
  'signature_unrecorded',
  /** A signature that the state or the trail tells of is not there. */
  'signature_missing',
  /** Somebody signed twice, or where nobody was awaited. */
  'signature_doubled',
  /** The state says something else than the signatures and the trail. */
  'state_false',
  /** What the print on trial found is not what was told before anybody signed. */
  'findings_changed',
  /** The file that is noted as the package is not the one that was stored when both sides had signed. */
  'package_changed',
  /** No package is noted, though one was stored when both sides had signed. */
  'package_missing',
  /** The file of the package is not where files are kept. */
  'package_file_missing',
  /** The file of the package has other bytes than those that were stored when both sides had signed. */
  'package_file_changed',
] as const
export type Flaw = (typeof flaws)[number]

/** `broken` when there is any flaw. Found anew each time that a revision is read. */
export const integrities = ['ok', 'broken'] as const

export const revisionSummary = z.object({
  id: z.string(),
  projectId: z.string(),
  letter: z.string(),
  description: z.string(),
  state: z.enum(revisionStates),
  /** SHA-256 of the canonical record (RFC 8785), 64 hex digits: what is signed. */
  recordSha256: z.string(),
  createdBy: z.string(),
  createdByName: z.string(),
  createdAt: z.string(),
  /** Whose signatures close it, as its record has it. */
  requiredSigners: z.array(requiredSigner).readonly(),
  /** Void when the revision is withdrawn. */
  signatures: z.array(signature),
  integrity: z.enum(integrities),
  flaws: z.array(z.enum(flaws)),
  findings: z.array(printFinding),
})
export type RevisionSummary = z.infer<typeof revisionSummary>

/** An accepted proposal: where it was raised, and what it puts in place of what; both shortened. */
const proposalInTheWay = z.object({
  threadId: z.string(),
  number: z.number().int(),
  resourceId: z.string(),
  /** The name of the resource's kind. */
  kind: z.string(),
  /** The former words and those that take their place; the latter empty where the passage is to go. */
  quote: z.string(),
  replacement: z.string(),
})

/** What stands in the way of putting forward, besides points that must be settled. */
export const obstacles = z.object({
  /** Places that do not convert without loss, so that what is frozen would not be what is shown. */
  lossy: z.array(
    z.object({
      resourceId: z.string(),
      /** The name of the resource's kind. */
      kind: z.string(),
      title: z.string(),
      /** Which block of its text, from 1. */
      block: z.number().int(),
      /** The last heading before it and the words of the block, shortened; empty when there are none. */
      heading: z.string(),
      quote: z.string(),
    }),
  ),
  /** Accepted proposals whose words were never written. */
  unwritten: z.array(proposalInTheWay),
  /** Accepted proposals of which it could not be found out just now whether they were written. */
  unchecked: z.array(proposalInTheWay),
})
export type Obstacles = z.infer<typeof obstacles>

const person = z.object({ userId: z.string(), name: z.string(), firm: z.string(), side: z.enum(sides) })

/** A frozen document: its text as the JSON of the document schema. */
export const frozenDocument = z.object({
  id: z.string(),
  /** From version 2 on: the number of the last update of its log that the text holds. */
  seq: z.number().int().optional(),
  kind: z.enum(documentKinds),
  title: z.string(),
  content: z.looseObject({ type: z.literal('doc') }),
})
export type FrozenDocument = z.infer<typeof frozenDocument>

/** A frozen resource of another kind: what is signed of it in words, and whatever else its kind says of it. */
export const frozenResource = z.looseObject({
  id: z.string(),
  /** The name of the resource's kind. */
  kind: z.string(),
  title: z.string(),
  content: z.looseObject({ type: z.literal('doc') }),
})
export type FrozenResource = z.infer<typeof frozenResource>

/** All that a record holds to be read, in the order in which it is printed. */
export const textsOf = <Frozen, Other>(record: {
  documents: readonly Frozen[]
  resources?: readonly Other[]
}): (Frozen | Other)[] => [...record.documents, ...(record.resources ?? [])]

/**
 * What a revision freezes. Its canonical JSON (RFC 8785) in UTF-8 is the record; the record's SHA-256 is what
 * people sign. `version` is raised when a field is added or changes its meaning; every former one stays readable, and
 * what version 2 added is left out in one of version 1. Version 3 is written only where it says more than version 2, and
 * version 4 only where others sign than one person of each side.
 */
export const revisionRecord = z.object({
  format: z.literal('countersign-revision'),
  version: z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]),
  project: z.object({ id: z.string(), name: z.string() }),
  revision: z.string(),
  description: z.string(),
  putForward: z.object({ by: person, at: z.string() }),
  documentSchema: z.number().int(),
  documents: z.array(frozenDocument),
  /** In version 3: what is no document. */
  resources: z.array(frozenResource).optional(),
  /** The files that the texts show. */
  files: z.array(
    z.object({ sha256: z.string(), name: z.string(), mediaType: z.string(), bytes: z.number().int() }),
  ),
  threads: z.array(thread),
  /** From version 2 on: the points, by id, whose quoted words the text did not have any more, or not where they point. */
  changedQuotes: z.array(z.string()).optional(),
  members: z.array(person.extend({ role: z.enum(roles) })),
  previous: z.object({ revision: z.string(), recordSha256: z.string() }).nullable(),
  /** In version 4: whose signatures close it; without it, one person's of each side. */
  requiredSigners: signersNamed.readonly().optional(),
})
export type RevisionRecord = z.infer<typeof revisionRecord>

/** What one person asserts; its canonical JSON in UTF-8 is what the Ed25519 signature covers. */
export type SignatureStatement = Asserted &
  (
    | { version: 1 }
    /** `trail`: the head of the project's trail just before the act of signing, which is the entry after it. */
    | { version: 2; trail: TrailHead }
    /** `browser`: SHA-256 over the project and the browser's random name, the same for signatures from one browser. */
    | { version: 3; trail: TrailHead; signIn: SignIn; browser: string | null }
  )

interface Asserted {
  format: 'countersign-signature'
  recordSha256: string
  revision: string
  project: { id: string; name: string }
  signer: z.infer<typeof person>
  meaning: Meaning
  /** ISO 8601 in UTC; `zone` is where the signer read the clock. */
  time: string
  zone: string
  /** SHA-256 of the public key's DER form, 64 hex digits. */
  publicKeySha256: string
}
