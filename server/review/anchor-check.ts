import { and, eq, isNull } from 'drizzle-orm'
import * as Y from 'yjs'
import { anchorHolds } from '../../shared/anchors.ts'
import { nodeAnchorHolds } from '../../shared/node-anchors.ts'
import { layOutText } from '../../shared/document/text-layout.ts'
import { textField } from '../../shared/document/text-field.ts'
import { Refusal } from '../../shared/errors.ts'
import type { Anchor } from '../../shared/review.ts'
import { documents } from '../documents/tables.ts'
import type { Queries } from '../db/database.ts'
import type { Rooms } from '../rooms/ports.ts'

/**
 * Holds an anchor against what it points at: a document of this project, and characters or blocks that its
 * committed text has or had. @throws Refusal `not_found`, `anchor_invalid`
 */
export async function checkAnchor(
  db: Queries,
  read: Rooms['read'],
  projectId: string,
  anchor: Anchor,
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
  const doc = new Y.Doc()
  Y.applyUpdate(doc, await read(document.id))
  const layout = layOutText(doc.getXmlFragment(textField))
  const holds = anchor.type === 'node' ? nodeAnchorHolds(layout, anchor) : anchorHolds(layout, anchor)
  if (!holds) throw new Refusal('anchor_invalid')
}
