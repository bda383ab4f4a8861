import type { Awareness } from 'y-protocols/awareness'
import { sides, type Side } from '../../../shared/permissions.ts'

/** A person in the room. Name, side and id are the server's stamp, not the browser's claim. */
export interface PersonHere {
  userId: string
  name: string
  side: Side
}

/** The person that an awareness state speaks for; null while the server has not stamped it. */
export function personIn(state: Record<string, unknown> | undefined): PersonHere | null {
  const user = state?.user as { id?: unknown; name?: unknown; side?: unknown } | undefined
  if (typeof user?.id !== 'string' || typeof user.name !== 'string') return null
  const side = sides.find((known) => known === user.side) ?? 'design'
  return { userId: user.id, name: user.name, side }
}

/** Everybody here, each once, oneself included, by name. */
export function peopleIn(awareness: Awareness): PersonHere[] {
  const found = [...awareness.getStates().values()].map(personIn).filter((person) => person !== null)
  const once = new Map(found.map((person) => [person.userId, person]))
  return [...once.values()].sort((one, other) => one.name.localeCompare(other.name))
}

export function samePeople(one: readonly PersonHere[], other: readonly PersonHere[]): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}
