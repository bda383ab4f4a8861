import { and, eq, isNull } from 'drizzle-orm'
import { Refusal } from '../../shared/errors.ts'
import type { Anchor } from '../../shared/review.ts'
import { documents } from '../documents/tables.ts'
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
  const [document] = await db
    .select({ id: documents.id })
    .from(documents)
    .where(
      and(
        eq(documents.id, anchor.documentId),
        eq(documents.projectId, projectId),
        isNull(documents.removedAt),
      ),
    )
  if (!document) throw new Refusal('not_found')
  if (!(await holds(anchor, by))) throw new Refusal('anchor_invalid')
}
