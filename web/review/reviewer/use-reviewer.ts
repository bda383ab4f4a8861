import { useMemo } from 'react'
import { can, sees } from '../../../shared/permissions.ts'
import type { Person, Membership } from '../../../shared/projects.ts'
import { resourceOf, type Anchor, type Author, type Thread } from '../../../shared/review.ts'
import { rightsIn, type Rights } from '../../../shared/rules/thread-rules.ts'
import { autosaveOf, type Autosave } from '../drafts/autosave.ts'

/** Who reviews: what they may do in the project, whom they can name, and what they have begun to write. */
export interface Reviewer {
  projectId: string
  me: Author
  canWrite: boolean
  canRaiseOnProject: boolean
  rights(thread: Thread): Rights
  /** Who sees what stands there, and so can be named in it and be its assignee. */
  peopleOn(anchor: Anchor): readonly Author[]
  /** What is begun waits on this device: replies while another point is looked at, and all of it over a reload. */
  autosave: Autosave
}

/** The reviewer that somebody is in a project, by where they stand in it and by the people there. */
export function useReviewer(
  projectId: string,
  me: Membership & { name: string },
  people: readonly Person[],
): Reviewer {
  const autosave = useMemo(() => autosaveOf(me.userId, projectId), [me.userId, projectId])
  const author = useMemo<Author>(
    () => ({ userId: me.userId, name: me.name, side: me.side }),
    [me.userId, me.name, me.side],
  )
  const canWrite = can(me.role, 'thread.write', me.phase)
  return {
    projectId,
    me: author,
    canWrite,
    // a guest sees no point on the project
    canRaiseOnProject: canWrite && me.guestUntil === null,
    rights: (thread) => rightsIn(thread, me),
    peopleOn: (anchor) => othersFirst(whoSee(people, anchor), me.userId),
    autosave,
  }
}

/** The person last: whom one names, or gives a point to, is seldom oneself. */
export const othersFirst = <Somebody extends { userId: string }>(
  people: readonly Somebody[],
  userId: string,
): Somebody[] => [
  ...people.filter((one) => one.userId !== userId),
  ...people.filter((one) => one.userId === userId),
]

/** Who sees the place that an anchor points at. */
export const whoSee = (people: readonly Person[], anchor: Anchor): Person[] =>
  people.filter((person) => sees(person, resourceOf(anchor)))
