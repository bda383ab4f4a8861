import { Refusal } from '../../shared/errors.ts'
import type { Anchor } from '../../shared/review.ts'
import { arePresentIn } from '../resources/resources.ts'
import type { Queries } from '../db/database.ts'
import type { Requester } from '../jobs/task.ts'
import type { AnchorHolds } from './anchor-holds.ts'

/**
 * Holds an anchor against what it points at: a document of this project, and characters or blocks that its
 * committed text has or had. @throws Refusal `not_found`, `anchor_invalid`
 */
export async function checkAnchor(
  db: Queries,
  holds: AnchorHolds,
  projectId: string,
  anchor: Anchor,
  by: Requester,
): Promise<void> {
  if (anchor.type === 'project') return
  if (!(await arePresentIn(db, projectId, [anchor.documentId]))) throw new Refusal('not_found')
  if (!(await holds(anchor, by))) throw new Refusal('anchor_invalid')
}
