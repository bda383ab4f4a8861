/** What is used of the browser's storage; every call may throw, as in private windows or over the quota. */
export type Storage = Pick<globalThis.Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>

/** A tab that noted nothing for so long is gone (ms): a browser wakes a hidden one once a minute. */
const goneMs = 180_000

/**
 * How many changes of one document each tab of this browser has unsent, one entry a tab, so that no tab overwrites
 * what another notes. Nothing here throws.
 */
export interface UnsentCounts {
  /** False where the browser keeps no counts: then 0 means nothing. */
  readonly works: boolean
  /** Names what tabs that are gone left, and nobody took over yet. */
  left(): readonly string[]
  /**
   * Takes over what was named so, as far as it is still there: their count is 0 from here on, and this tab's to send.
   * To be called once the words of it are in this tab's text. `clients`: the ids that wrote it, as far as the server
   * has not given them to this person yet. `from`: where it begins, as in `note`.
   */
  adopt(left: readonly string[]): { changes: number; clients: number[]; from: UnsentFrom }
  /**
   * What this tab has unsent now, whether its copy holds all of it already, under which such id, and from which clock on
   * under each id. Also a sign of life, to be given once a minute.
   */
  note(changes: number, isKept: boolean, client?: number, from?: UnsentFrom): void
  /** The copy holds all that was noted. */
  noteAllKept(): void
  /** How many of the changes that this tab noted its copy holds, and how many it does not hold, or not yet. */
  readonly kept: number
  readonly unkept: number
  /** Gives the sign of life with what was noted last. */
  renew(): void
  /**
   * The copy of all was replaced by this tab, with so many changes in it that such an id wrote: `close` leaves these to
   * the next tab, as what is noted afterwards is not in the copy.
   */
  handOver(changes: number, client: number): void
  /** What other tabs of this browser have unsent that are open, and, if asked for, those that are gone. */
  others(withGone?: boolean): Counted
  /** This tab ends; what it had unsent is the next one's, if it was kept. */
  close(isKept: boolean): void
  /** Has the other tabs of this browser hear, as a storage event, that the copy of all was replaced by this one. */
  tellReplaced(): void
}

/** The first clock of each client id whose words the server is not known to have. */
export type UnsentFrom = ReadonlyMap<number, number>

const writeFrom = (from: UnsentFrom): string => [...from].map((one) => one.join(':')).join(',')
const readFrom = (written = ''): [number, number][] =>
  written
    .split(',')
    .map((one): [number, number] => [Number(one.split(':')[0]), Number(one.split(':')[1])])
    .filter(([client, clock]) => client > 0 && clock >= 0)

/** How many changes, and how many of them the copy on this device holds. */
export interface Counted {
  changes: number
  kept: number
}

interface Unsent {
  changes: number
  /** The newest of them, which the copy does not hold, or not yet: what is acknowledged is of the oldest. */
  unkept: number
  client: number
  from: UnsentFrom
}

export const nothingUnsent: Counted = { changes: 0, kept: 0 }

/** What changes in the storage when a tab has replaced the copy that all tabs share. */
export const replacedKey = (name: string): string => `${name}:replaced`

/** `former`: the page that stood in this tab before, which is gone for certain, whether it could still say so or not. */
export function unsentCounts(
  name: string,
  tab: string,
  storage: Storage | undefined,
  former: string | null = null,
): UnsentCounts {
  const own = `${name}:unsent:${tab}`
  let before = former === null ? null : `${name}:unsent:${former}`
  let works = storage !== undefined
  /** What this tab has unsent. */
  let noted: Unsent = { changes: 0, unkept: 0, client: 0, from: new Map() }
  /** What of it is in the copy that this tab put in the place of all, once it did. */
  let handed: Unsent | null = null
  const attempt = <Value>(act: (kept: Storage) => Value, otherwise: Value): Value => {
    if (!storage) return otherwise
    try {
      return act(storage)
    } catch {
      works = false
      return otherwise
    }
  }
  attempt((kept) => {
    kept.setItem(own, '0@0')
    kept.removeItem(own)
  }, undefined)

  const entries = () =>
    attempt((kept) => {
      const found: (Unsent & { key: string; isGone: boolean })[] = []
      for (let at = 0; at < kept.length; at++) {
        const key = kept.key(at)!
        // before each tab had its own entry there was one for all, under the bare name
        if (key === own || (key !== name && !key.startsWith(`${name}:unsent:`))) continue
        const parts = (kept.getItem(key) ?? '').split('@')
        const [changes = 0, seen = 0, client = 0] = parts.slice(0, 3).map(Number)
        const isGone = key === before || !(Date.now() - seen < goneMs)
        // as a former version noted it: nothing of what such an id wrote was taken yet
        const from = new Map(readFrom(parts[3] ?? `${client || 0}:0`))
        found.push({
          key,
          changes: changes || 0,
          unkept: Math.max(0, changes - Number(parts[4] ?? changes)) || 0,
          client: client || 0,
          from,
          isGone,
        })
      }
      return found
    }, [])
  const write = (text: string | null) =>
    attempt((kept) => (text === null ? kept.removeItem(own) : kept.setItem(own, text)), undefined)
  const entry = (seen: number, { changes, unkept, client, from } = noted) =>
    changes > 0
      ? `${changes}@${seen}@${client}@${writeFrom(from)}${unkept > 0 ? `@${changes - unkept}` : ''}`
      : null
  const setNoted = (unsent: Unsent) => {
    noted = unsent.changes > 0 ? unsent : { ...unsent, from: new Map() }
    write(entry(Date.now()))
  }

  return {
    get works() {
      return works
    },
    left: () => entries().flatMap(({ key, isGone }) => (isGone ? [key] : [])),
    adopt(left) {
      const gone = entries().filter(({ key, isGone }) => isGone && left.includes(key))
      // of a tab that was doubled the other one goes on
      before = null
      // of what its copy did not hold yet nobody knows; where that is all, one change may be there
      const adopted = gone.reduce(
        (sum, { changes, unkept }) => sum + Math.max(Math.min(1, changes), changes - unkept),
        0,
      )
      // first noted as this tab's, then taken from theirs: a crash in between counts twice, never none
      const from = new Map(gone.flatMap((one) => [...one.from]))
      if (adopted > 0)
        setNoted({
          changes: noted.changes + adopted,
          unkept: noted.unkept,
          client: noted.client,
          from: new Map([...noted.from, ...from]),
        })
      for (const { key } of gone) attempt((kept) => kept.removeItem(key), undefined)
      const clients = gone.map(({ client }) => client).filter((client) => client > 0)
      return { changes: adopted, clients, from }
    },
    note(changes, isKept, client = 0, from = noted.from) {
      const unkept = Math.min(changes, noted.unkept + Math.max(0, changes - noted.changes))
      setNoted({ changes, unkept: isKept ? 0 : unkept, client, from })
    },
    noteAllKept() {
      if (noted.unkept > 0) setNoted({ ...noted, unkept: 0 })
    },
    get kept() {
      return noted.changes - noted.unkept
    },
    get unkept() {
      return noted.unkept
    },
    renew: () => write(entry(Date.now())),
    handOver(changes, client) {
      handed = { changes, unkept: 0, client, from: new Map(client > 0 ? [[client, 0]] : []) }
      setNoted(handed)
    },
    others: (withGone = false) =>
      entries()
        .filter(({ isGone }) => withGone || !isGone)
        .reduce(
          (sum, { changes, unkept }) => ({
            changes: sum.changes + changes,
            kept: sum.kept + changes - unkept,
          }),
          nothingUnsent,
        ),
    close: (isKept) => write(handed || isKept ? entry(0, handed ?? noted) : null),
    tellReplaced: () =>
      attempt((kept) => {
        kept.setItem(replacedKey(name), tab)
        kept.removeItem(replacedKey(name))
      }, undefined),
  }
}
