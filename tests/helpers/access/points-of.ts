import { randomBytes } from 'node:crypto'
import type { Thread } from '../../../shared/review.ts'
import type { Person } from '../people.ts'

export const newClientId = () => randomBytes(16).toString('base64url')
export const codeOf = (reply: { body: unknown }) => (reply.body as { error?: { code: string } }).error?.code

/** What a browser sends to raise a point of the whole project. */
export const newThread = (more: object = {}) => ({
  id: newClientId(),
  commentId: newClientId(),
  anchor: { type: 'project' },
  body: 'x',
  ...more,
})

/** Raising points in a project and answering them, as the browser does; `projectId` is asked at each call. */
export function threadsOf(projectId: () => string) {
  const path = () => `/api/projects/${projectId()}/threads`
  return {
    path,
    raise: (by: Person, more: object = { body: '壁厚 1.8 mm 会缩水。' }) =>
      by.ask<{ thread: Thread }>('POST', path(), {
        id: newClientId(),
        commentId: newClientId(),
        anchor: { type: 'project' },
        ...more,
      }),
    reply: (by: Person, threadId: string, more: object) =>
      by.ask<{ thread: Thread }>('POST', `${path()}/${threadId}/comments`, { id: newClientId(), ...more }),
    /** A comment's own address; of the first one when none is named. */
    at: (thread: Thread, commentId = thread.comments[0]!.id) =>
      `${path()}/${thread.id}/comments/${commentId}`,
  }
}
