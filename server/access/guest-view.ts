import type { RoomEvent } from '../../shared/wire/events.ts'
import { sees } from '../../shared/permissions.ts'
import { resourceOf } from '../../shared/review.ts'
import type { Scope } from '../http/route.ts'
import { linksThreads } from '../review/closed-threads.ts'
import type { View } from '../rooms/ports.ts'

/** An event that says no more than that points or reviews are to be read again. */
const changed: RoomEvent = { type: 'review.changed' }

/**
 * What a guest is told of each event; one that is not named here is none of theirs. A point reaches them whole when it
 * is in a document that they may open and names no other point; what else concerns them they read from HTTP, where
 * it is held against what is open to them.
 */
export const viewOf =
  (scope: Pick<Scope, 'resources'>): View =>
  (event) => {
    switch (event.type) {
      case 'thread.saved':
        if (!sees(scope, resourceOf(event.thread.anchor))) return null
        return linksThreads(event.thread) ? changed : event
      case 'review.saved': {
        const places = [event.review.resourceId, ...event.threads.map(({ anchor }) => resourceOf(anchor))]
        return places.some((resourceId) => sees(scope, resourceId)) ? changed : null
      }
      case 'threads.changed': {
        const threads = event.threads.filter(({ resourceId }) => sees(scope, resourceId))
        return threads.length > 0 ? { ...event, threads } : null
      }
      case 'version.saved':
      case 'version.restored':
        return sees(scope, event.version.documentId) ? event : null
      case 'review.changed':
      case 'project.changed':
      case 'members.changed':
        return event // these say only that something is to be read again
      default:
        return null
    }
  }
