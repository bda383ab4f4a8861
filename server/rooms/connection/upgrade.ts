import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { WebSocketServer } from 'ws'
import { errors, Refusal } from '../../../shared/errors.ts'
import { schemaVersion } from '../../../shared/document/schema-version.ts'
import { protocolVersion, upgradeQuery } from '../../../shared/wire/protocol.ts'
import type { Limits } from '../../../shared/limits.ts'

/** What a client says of itself in the address of its upgrade. */
export interface Named {
  roomId: string
  /** It named the schema that it holds to, so it may write. */
  namesSchema: boolean
  /** It named our protocol, so it understands our message types. */
  isOurs: boolean
  /** It was built for another protocol or document schema than this server's (rule 11). */
  isOutdated: boolean
  /** The id of the user it expects to be; null when it expects nobody. */
  userId: string | null
  /** Its first step 1, when it came with the upgrade. */
  vector: Uint8Array | null
}

/** A room's path and query. A target may be absolute; anything else that is no path of ours is none. */
const target = /^(?:https?:\/\/[^/?#]*)?\/api\/rooms\/([\w-]{1,64})(?:\?(.*))?$/i

/** Reads a room's address; null when it is none. Never throws: a stranger writes it, and Node does not look at it. */
export function readAddress(url: string): Named | null {
  const [, roomId, query = ''] = target.exec(url) ?? []
  if (!roomId) return null
  const searchParams = new URLSearchParams(query)
  const protocol = searchParams.get(upgradeQuery.protocol)
  const schema = searchParams.get(upgradeQuery.schema)
  const isOutdated =
    (protocol !== null && protocol !== String(protocolVersion)) ||
    (schema !== null && schema !== String(schemaVersion))
  const isOurs = protocol !== null && schema !== null && !isOutdated
  const vector = isOurs ? searchParams.get(upgradeQuery.vector) : null
  return {
    roomId,
    namesSchema: schema !== null,
    isOurs,
    isOutdated,
    userId: searchParams.get(upgradeQuery.user),
    vector: vector === null ? null : Buffer.from(vector, 'base64url'),
  }
}

/** Every option that bounds what an open socket can cost is set here and not left to a default. */
export const openSockets = (limits: Limits): WebSocketServer =>
  new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: limits.frameBytes,
    maxFragments: 64,
    maxBufferedChunks: 1_024,
    maxPendingAutoPongs: 4,
    closeTimeout: 2_000,
    skipUTF8Validation: false,
    allowSynchronousEvents: true,
  } as ConstructorParameters<typeof WebSocketServer>[0])

/** Answers an upgrade with the refusal's HTTP status. `requestId`: under which the log has it. */
export function refuseUpgrade(socket: Socket, refusal: Refusal, requestId: string): void {
  const { status } = errors[refusal.code]
  const body = JSON.stringify({ error: { code: refusal.code, params: refusal.params, requestId } })
  socket.write(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      'Connection: close',
      'Content-Type: application/json',
      'X-Content-Type-Options: nosniff',
      `Content-Length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ].join('\r\n'),
  )
  // not only our half: a client that keeps its own open would hold the socket for ever
  socket.destroySoon()
}
