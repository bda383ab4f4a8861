/**
 * Yjs client ids from here on are the server's own: it brings a former version back under one, and no person may write
 * with one. Yjs draws ids of 32 bits, so these are nobody's by chance.
 */
const firstServerClient = 2 ** 32

/** The highest id of a client, a person's or the server's. */
export const highestClient = 2 * firstServerClient - 1

/** A server's id from one that was drawn by chance. */
export const serverClient = (drawn: number): number => firstServerClient + drawn

/** True for an id under which the server brings a former version back. */
export const isServerClient = (client: number): boolean => client >= firstServerClient

/** How much of a text there is of each client's, before a transaction of Yjs and after it. */
interface Growth {
  beforeState: ReadonlyMap<number, number>
  afterState: ReadonlyMap<number, number>
}

/** True for a change in which the server brings a former version back. */
export function bringsVersion({ beforeState, afterState }: Growth): boolean {
  for (const [client, end] of afterState)
    if (isServerClient(client) && end > (beforeState.get(client) ?? 0)) return true
  return false
}
