/** Which room is opened: a resource's or a project's. */
export interface RoomAddress {
  /** The id of the resource or the project. */
  id: string
  /** False: presence and events only, and no copy on this device. */
  hasText: boolean
  /** A path under `/api` that answers whoever may open the room, and tells everybody else why they may not. */
  path: string
}

/** The room of a document: its text, too, is read under its path. */
export const documentRoom = (id: string): RoomAddress => ({ id, hasText: true, path: `documents/${id}` })

/** The room of a resource of a kind that has no text. */
export const resourceRoom = (id: string): RoomAddress => ({
  id,
  hasText: false,
  path: `resources/${id}/threads`,
})

/** The room of a project. */
export const projectRoom = (id: string): RoomAddress => ({ id, hasText: false, path: `projects/${id}` })
