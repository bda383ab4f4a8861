import { z } from 'zod'
import { versionSummary } from '../history.ts'
import { review, thread } from '../review.ts'
import { revisionSummary } from '../signoff.ts'

/**
 * What the server tells open browsers over a room's socket (message type `event`): rows that somebody asserted,
 * stamped by the server. A browser that was away reads the same from HTTP, so an event is never the only copy.
 */
export const roomEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('thread.saved'), thread }),
  /** A review with every thread that it published or added to; with none where those are told by `threads.changed`. */
  z.object({ type: z.literal('review.saved'), review, threads: z.array(thread) }),
  /** Points changed that are too long to be told whole: the listener reads them from HTTP, by their ids. */
  z.object({
    type: z.literal('threads.changed'),
    threads: z.array(z.object({ id: z.string(), resourceId: z.string().nullable() })),
  }),
  /** Points or reviews changed that the listener reads from HTTP: what a guest may see of them is decided there. */
  z.object({ type: z.literal('review.changed') }),
  z.object({ type: z.literal('version.saved'), version: versionSummary }),
  /** A document's text is again that of `version`; what stood before is `kept`. */
  z.object({
    type: z.literal('version.restored'),
    version: versionSummary,
    kept: versionSummary,
    by: z.object({ id: z.string(), name: z.string() }),
  }),
  z.object({ type: z.literal('revision.saved'), revision: revisionSummary }),
  z.object({ type: z.literal('project.changed') }),
  z.object({ type: z.literal('members.changed') }),
])
export type RoomEvent = z.infer<typeof roomEvent>

/** Delivers an event to every open browser of a project. Called after the commit, never inside it. */
export type Publish = (projectId: string, event: RoomEvent) => void
