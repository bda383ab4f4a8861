import { Node } from '@tiptap/pm/model'
import { Selection } from '@tiptap/pm/state'

/** Where the caret stood in an editor that is gone, while the person was writing in it, and the text there. */
export interface LeftCaret {
  at: number
  text: Node
}

const left = new Map<string, LeftCaret>()

/** Notes it for the editor of the room that takes this one's place; null when nobody was writing. */
export function leaveCaret(roomId: string, caret: LeftCaret | null): void {
  if (caret) left.set(roomId, caret)
  else left.delete(roomId)
}

/** What was noted for a room, once. */
export function takeCaret(roomId: string): LeftCaret | null {
  const caret = left.get(roomId) ?? null
  left.delete(roomId)
  return caret
}

/**
 * Where a caret stands in a text that took the place of another: by what is around it, so that it is where it was when
 * what stood before it is gone, as after a change that was not taken. Null where there are no words to stand in.
 */
export function caretAfter(former: Node, at: number, now: Node): number | null {
  const $place = now.resolve(placeAfter(former, at, now))
  // a caret stands in words, not between two tables or behind the last one
  const nearest = Selection.findFrom($place, -1, true) ?? Selection.findFrom($place, 1, true)
  return nearest?.head ?? null
}

function placeAfter(former: Node, at: number, now: Node): number {
  const end = now.content.size
  try {
    // of one schema, or no two nodes are the same
    const same = Node.fromJSON(now.type.schema, former.toJSON() as object)
    const start = now.content.findDiffStart(same.content)
    if (start === null || at <= start) return Math.min(at, end)
    const ends = now.content.findDiffEnd(same.content)!
    return Math.min(at >= ends.b ? Math.max(start, at - ends.b + ends.a) : start, end)
  } catch {
    return Math.min(at, end)
  }
}
