import type { RevisionRecord, SignatureStatement, SignIn } from '../../shared/signoff.ts'
import type { TrailHead } from '../../shared/trail.ts'

// Records and statements stay as they were signed, in the version that they had then. Here each version is read into
// one form: nothing else asks for a version.

/** A statement as it is read, whichever version it has. */
export interface ReadStatement extends Omit<SignatureStatement & { version: 1 }, 'format' | 'version'> {
  /** The head of the trail just before the act of signing; null for one from before there was a trail. */
  trail: TrailHead | null
  /** How the signer came in; null for one from before it was recorded. */
  signIn: SignIn | null
  /** The same for signatures from one browser; null where it is not known. */
  browser: string | null
  /** From then on a revision is `signed` only together with its package. */
  closesWithPackage: boolean
}

/** A statement by its bytes; null for what is none. */
export function readStatement(text: string): ReadStatement | null {
  try {
    const statement = JSON.parse(text) as SignatureStatement
    const { format, version, ...said } = statement
    if (format !== 'countersign-signature' || !said.signer || !said.project) return null
    if (version !== 1 && !Number.isInteger(statement.trail?.entries)) return null
    return {
      ...said,
      trail: version === 1 ? null : statement.trail,
      signIn: version === 3 ? statement.signIn : null,
      browser: version === 3 ? statement.browser : null,
      closesWithPackage: version >= 3,
    }
  } catch {
    return null
  }
}

/** The same of a revision that was proved, of which each statement is one. */
export function provedStatement({ statement }: { statement: string }): ReadStatement {
  const read = readStatement(statement)
  if (!read) throw new Error('a proved revision holds a statement that is none')
  return read
}

/** A record as it is read, whichever version it has: what a former one had not yet is empty. */
export type ReadRecord = RevisionRecord & Required<Pick<RevisionRecord, 'resources' | 'changedQuotes'>>

/** Takes a record apart. Not by today's schema: it is read as it was signed, however old. */
export function readRecord(json: Uint8Array): ReadRecord {
  const record = JSON.parse(Buffer.from(json).toString()) as RevisionRecord
  return { ...record, resources: record.resources ?? [], changedQuotes: record.changedQuotes ?? [] }
}
