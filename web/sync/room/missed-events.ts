import type { ErrorCode } from '../../../shared/errors.ts'
import type { Room } from './room.ts'
import { isJoined } from './save-state.ts'

/** What was said while a page opened is read when it has opened (ms): first its text is to be seen. */
const afterOpeningMs = 1_000

/**
 * Has read what a room tells of by events, once it is joined and each time it is joined again: what happened between an
 * earlier reading and the joining, nobody told. A room that takes another's place is joined anew as well. Returns the end
 * of it.
 */
export function onJoined(room: Pick<Room, 'state'>, read: () => void): () => void {
  let isAway = true
  let opening: ReturnType<typeof setTimeout> | undefined
  const look = () => {
    const isHere = isJoined(room.state.get())
    if (isHere && isAway) {
      if (opening === undefined) opening = setTimeout(read, afterOpeningMs)
      else read()
    }
    isAway = !isHere
  }
  // it may be here already: opened before the page was drawn
  look()
  const stop = room.state.subscribe(look)
  return () => {
    clearTimeout(opening)
    stop()
  }
}

/**
 * Has read what hangs on the person's access: it changed, or the room refuses them, with the reason. Returns the end of
 * it.
 */
export function onOtherAccess(
  room: Pick<Room, 'state' | 'onAccessChanged'>,
  read: (refused?: ErrorCode) => void,
): () => void {
  let former: ErrorCode | undefined
  const look = () => {
    const state = room.state.get()
    const refused = state.kind === 'refused' ? state.code : undefined
    const isNew = refused !== undefined && refused !== former
    former = refused
    if (isNew) read(refused)
  }
  look()
  const stops = [room.state.subscribe(look), room.onAccessChanged(() => read())]
  return () => stops.forEach((stop) => stop())
}
