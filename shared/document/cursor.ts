import type { PresenceFields } from '../wire/presence.ts'
import { highestClient } from './server-client.ts'
import { textField } from './text-field.ts'

/** A place in a shared text as `Y.relativePositionToJSON` writes it. */
export interface CursorPosition {
  type?: ItemId
  tname?: string
  item?: ItemId
  assoc: number
}

/** A selection of somebody in a shared text. */
export interface Cursor {
  anchor: CursorPosition
  head: CursorPosition
}

interface ItemId {
  client: number
  clock: number
}

/** No clock of a document that fits its limits comes near to it. */
const highestClock = 0xffff_ffff

/**
 * What is kept of a cursor that came from a client: null (none is shown), or two well-formed relative positions;
 * undefined for anything else. Whether the text has what the positions name is for whoever draws them to see.
 */
export function readCursor(value: unknown): Cursor | null | undefined {
  if (value === null) return null
  if (!isObject(value)) return undefined
  const anchor = readPosition(value.anchor)
  const head = readPosition(value.head)
  return anchor && head ? { anchor, head } : undefined
}

/** What a document's room shows of each person there. */
export const documentPresence: PresenceFields = { cursor: readCursor }

/** A position names the element or text that it stands in, or the root, and the character that it stands at. */
function readPosition(value: unknown): CursorPosition | undefined {
  if (!isObject(value)) return undefined
  const { type = null, tname = null, item = null, assoc = null } = value
  if (assoc !== null && assoc !== 0 && assoc !== 1 && assoc !== -1) return undefined
  const position: CursorPosition = { assoc: assoc ?? 0 }
  if (tname !== null) {
    if (tname !== textField || type !== null) return undefined
    position.tname = textField
  }
  if (type !== null) {
    const id = readId(type)
    if (!id) return undefined
    position.type = id
  }
  if (item !== null) {
    const id = readId(item)
    if (!id) return undefined
    position.item = id
  }
  // Yjs throws on a position that names nothing
  return tname === null && type === null && item === null ? undefined : position
}

function readId(value: unknown): ItemId | undefined {
  if (!isObject(value)) return undefined
  const { client, clock } = value
  return isUpTo(client, highestClient) && isUpTo(clock, highestClock) ? { client, clock } : undefined
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isUpTo = (value: unknown, highest: number): value is number =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) <= highest
