import type { Awareness } from 'y-protocols/awareness'
import { readCursor } from '../../../shared/document/cursor.ts'
import { personIn } from '../../sync/room/presence-list.ts'

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
  return { user: { id, name, side }, cursor: readCursor(state.cursor) ?? null }
}

const isRecord = (value: unknown): value is State => typeof value === 'object' && value !== null
