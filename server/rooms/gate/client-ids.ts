import { Refusal } from '../../../shared/errors.ts'
import type { Limits } from '../../../shared/limits.ts'

/** Throws `too_many_client_ids` when a person would have more ids in a document than one may, and it has as many. */
export function refuseManyIds(
  owners: ReadonlyMap<number, string | null>,
  userId: string,
  added: number,
  { clientIdsPerPerson: limit }: Limits,
): void {
  if (added === 0 || owners.size + added <= limit) return
  let count = added
  for (const owner of owners.values()) if (owner === userId) count++
  if (count > limit) throw new Refusal('too_many_client_ids', { limit })
}
