import { trailPage, type TrailActor, type TrailEntry } from '../../shared/trail.ts'
import { api, call } from '../api.ts'

/** Who brought which version back, and which one holds what stood before. */
export interface Restoring {
  by: TrailActor
  version: { number: number; name: string }
  kept: { id: string; number: number }
}

/** The last restoring of a document that the latest entries of its project's trail tell of. @throws ApiError */
export async function lastRestoring(projectId: string, documentId: string): Promise<Restoring | null> {
  const query = { limit: String(trailPage.most) }
  const { entries } = await call(api.projects[':projectId'].trail.$get({ param: { projectId }, query }))
  return restoringIn(entries, documentId)
}

/** As `lastRestoring`, of these entries, the newest first. */
export function restoringIn(entries: readonly TrailEntry[], documentId: string): Restoring | null {
  const ofDocument = entries.filter(({ subject }) => subject.document?.id === documentId)
  const at = ofDocument.findIndex(({ action }) => action === 'version.restored')
  const restored = ofDocument[at]
  // what stood before is kept by the same act
  const before = ofDocument
    .slice(at + 1)
    .find(({ action, actor }) => action === 'version.kept' && actor.userId === restored?.actor.userId)
  const [version, kept] = [restored?.subject.version, before?.subject.version]
  return restored && version && kept ? { by: restored.actor, version, kept } : null
}
