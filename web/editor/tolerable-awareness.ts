import type { Awareness } from 'y-protocols/awareness'
import { textField } from '../../shared/document/text-field.ts'
import { personIn } from '../sync/people.ts'

type State = Record<string, unknown>

/**
 * Awareness as the editor's carets read it: only what is well formed, so that no state of another browser, whatever
 * its shape, throws in this one. A caret that cannot be drawn is not drawn.
 */
export function tolerableAwareness(awareness: Awareness): Awareness {
  const states = () => {
    const drawn = new Map<number, State>()
    for (const [client, state] of awareness.getStates() as Map<number, unknown>) {
      const shown = shownOf(state)
      if (shown) drawn.set(client, shown)
    }
    return drawn
  }
  return Object.create(awareness, {
    getStates: { value: states },
    states: { get: states },
    getLocalState: { value: () => awareness.getLocalState() },
    setLocalState: { value: (state: State | null) => awareness.setLocalState(state) },
    setLocalStateField: {
      value: (field: string, value: unknown) => awareness.setLocalStateField(field, value),
    },
  }) as Awareness
}

function shownOf(state: unknown): State | null {
  if (!isRecord(state)) return null
  const person = personIn(state)
  if (!person) return null
  const { userId: id, name, side } = person
  const { cursor } = state
  const isDrawn = isRecord(cursor) && isPosition(cursor.anchor) && isPosition(cursor.head)
  return { user: { id, name, side }, cursor: isDrawn ? { anchor: cursor.anchor, head: cursor.head } : null }
}

/** True for a relative position of Yjs in the document's text, as JSON. */
function isPosition(position: unknown): boolean {
  if (!isRecord(position)) return false
  const { type, tname, item, assoc } = position
  return (
    [type, item].every((id) => id == null || isId(id)) &&
    (tname == null || tname === textField) &&
    (assoc == null || Number.isInteger(assoc)) &&
    [type, tname, item].some((part) => part != null)
  )
}

const isId = (id: unknown): boolean => isRecord(id) && isCount(id.client) && isCount(id.clock)
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0
const isRecord = (value: unknown): value is State => typeof value === 'object' && value !== null
