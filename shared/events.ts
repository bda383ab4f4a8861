import type { PublishedReview, Thread } from './review.ts'
import type { VersionSummary } from './history.ts'
import type { RevisionSummary } from './signoff.ts'

/**
 * What the server tells open browsers over a room's socket (message type `event`): rows that somebody asserted,
 * stamped by the server. A browser that was away reads the same from HTTP, so an event is never the only copy.
 */
export type RoomEvent =
  | { type: 'thread.saved'; thread: Thread }
  /** A review with every thread that it published or added to; with none where those are told by `points.changed`. */
  | { type: 'review.saved'; review: PublishedReview; threads: Thread[] }
  /** Points changed that are too long to be told whole: the listener reads them from HTTP, by their ids. */
  | { type: 'points.changed'; points: { id: string; resourceId: string | null }[] }
  /** Points or reviews changed that the listener reads from HTTP: what a guest may see of them is decided there. */
  | { type: 'review.changed' }
  | { type: 'version.saved'; version: VersionSummary }
  | { type: 'revision.saved'; revision: RevisionSummary }
  | { type: 'project.changed' }
  | { type: 'members.changed' }

/** Delivers an event to every open browser of a project. Called after the commit, never inside it. */
export type Publish = (projectId: string, event: RoomEvent) => void
