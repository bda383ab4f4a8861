import type { TrailDetails, TrailValue } from '../../shared/trail.ts'

/** What of a row a change makes different, as `{ from, to }`; what is left out of the change stays. */
export function changesOf<Change extends { [field: string]: TrailValue | undefined }>(
  before: { [field in keyof Change]-?: TrailValue },
  change: Change,
): TrailDetails {
  return Object.fromEntries(
    Object.entries(change).flatMap(([field, to]) =>
      to === undefined || to === before[field] ? [] : [[field, { from: before[field]!, to }]],
    ),
  )
}
