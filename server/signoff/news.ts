import type { NoticeKind } from '../../shared/notify.ts'
import type { Author } from '../../shared/review.ts'
import type { Queries } from '../db/database.ts'
import { memberIds, recordNotices } from '../notify/record.ts'

/** Tells all members that a revision was put forward, signed or taken back. */
export async function noteRevision(
  db: Queries,
  projectId: string,
  kind: Extract<NoticeKind, 'revision' | 'signed' | 'withdrawn'>,
  actor: Author,
  { id, letter, description = '' }: { id: string; letter: string; description?: string },
): Promise<void> {
  const everybody = await memberIds(db, projectId)
  await recordNotices(
    db,
    { projectId, resourceId: null, kind, actor, excerpt: description, revision: { id, letter } },
    new Map(everybody.map((userId) => [userId, kind])),
  )
}
