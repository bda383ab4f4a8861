import type { NoticeKind } from '../../shared/notify.ts'
import type { Author } from '../../shared/review.ts'
import type { Queries } from '../db/database.ts'
import type { Audience } from '../notify/audience.ts'
import { recordAll } from '../notify/record.ts'

/** Tells all members that a revision was put forward, signed or taken back. */
export async function noteRevision(
  db: Queries,
  audience: Audience,
  projectId: string,
  kind: Extract<NoticeKind, 'revision' | 'signed' | 'withdrawn'>,
  actor: Author,
  { id, letter, description = '' }: { id: string; letter: string; description?: string },
): Promise<void> {
  const cause = { projectId, resourceId: null, kind, actor, excerpt: description, revision: { id, letter } }
  const recipients = new Map(audience.members.map((userId) => [userId, kind]))
  await recordAll(db, audience, [{ cause, recipients }])
}
