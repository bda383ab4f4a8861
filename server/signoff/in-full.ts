import type { RevisionOutline, StoredRevision } from './revisions.ts'
import { readRecord, type ReadRecord } from './signed-versions.ts'

/** A revision as it is written out, in a converter process. */
export interface RevisionInFull extends Omit<RevisionOutline, 'record'> {
  record: ReadRecord
}

/** Takes the record apart, in a converter process. */
export const inFull = ({ recordJson, ...rest }: Omit<StoredRevision, 'record'>): RevisionInFull => ({
  ...rest,
  record: readRecord(recordJson),
})
