/**
 * What a kind of room shows of each person there: for each field what is kept of a value that a client sent, and
 * undefined when nothing is. Other fields than these are nobody's to send, `user` is the server's stamp.
 */
export type PresenceFields = Readonly<Record<string, (value: unknown) => unknown>>

/** What a project's room shows: who is there, and nothing else. */
export const projectPresence: PresenceFields = {}

/** What is kept of a state that came from a client: known fields of known shapes. */
export function keepFields(state: object, fields: PresenceFields): Record<string, unknown> {
  const kept: Record<string, unknown> = {}
  for (const name in fields) {
    if (!Object.hasOwn(state, name)) continue
    const value = fields[name]!((state as Record<string, unknown>)[name])
    if (value !== undefined) kept[name] = value
  }
  return kept
}
