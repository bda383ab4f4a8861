import type { RevisionRecord } from '../../shared/signoff.ts'
import type { RevisionOutline, StoredRevision } from './revisions.ts'

/** A revision as it is written out, in a converter process. */
export interface RevisionInFull extends Omit<RevisionOutline, 'record'> {
  record: RevisionRecord
}

/** Takes the record apart, in a converter process. Not by today's schema: it is read as it was signed, however old. */
export const inFull = ({ recordJson, ...rest }: Omit<StoredRevision, 'record'>): RevisionInFull => ({
  ...rest,
  record: JSON.parse(Buffer.from(recordJson).toString()) as RevisionRecord,
})
