import { eq } from 'drizzle-orm'
import { unchecked } from '../../../server/http/access-recheck.ts'
import { signedPutForward } from '../../../server/signoff/proofs.ts'
import { revisions } from '../../../server/signoff/tables.ts'
import { appendTrail } from '../../../server/trail/append.ts'
import { canonicalJson, sha256Hex } from '../../../server/trail/canonical.ts'
import { readHead } from '../../../server/trail/read.ts'
import type { RevisionRecord } from '../../../shared/signoff.ts'
import type { World } from '../access/world.ts'

/** Puts a record forward that our routes do not write: as another version of Countersign did, with all that proves it. */
export async function insertRevision(
  world: World,
  given: Omit<RevisionRecord, 'requiredSigners'> & { requiredSigners?: unknown },
): Promise<{ id: string; letter: string }> {
  const createdAt = new Date()
  const { by } = given.putForward
  const { project, revision: letter, description } = given
  const record = canonicalJson({ ...given, putForward: { by, at: createdAt.toISOString() } })
  const recordSha256 = sha256Hex(record)
  return unchecked(world.database).transaction(async (tx) => {
    const [row] = await tx
      .insert(revisions)
      .values({
        projectId: project.id,
        letter,
        description,
        record,
        recordSha256,
        createdAt,
        createdBy: by.userId,
      })
      .returning()
    const { id } = row!
    const actor = { userId: by.userId, name: by.name, side: by.side }
    const subject = { revision: { id, letter } }
    const act = { actor, action: 'revision.put_forward', subject, details: { recordSha256 } } as const
    await appendTrail(tx, project.id, [act])
    const { entries: seq, hash } = await readHead(tx, project.id)
    const proved = { id, projectId: project.id, recordSha256, createdBy: by.userId, entry: { seq, hash } }
    await tx.update(revisions).set(signedPutForward(world.key, proved)).where(eq(revisions.id, id))
    return { id, letter }
  })
}
