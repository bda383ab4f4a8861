/**
 * The room's wire: the y-websocket protocol plus three message types of ours. `PROTOCOL.md` beside this file
 * says it byte by byte and numbers the rules.
 */
export const protocolVersion = 2

/** First varUint of every binary frame. 0, 1, 3 are y-websocket's (2 is its `auth`, which we never send or accept). */
export const messageType = {
  sync: 0,
  awareness: 1,
  queryAwareness: 3,
  /** varUint: how many of the sync step 2 and update frames of this connection, from the first on, are durable. */
  saved: 100,
  /** varString: one `RoomEvent` as JSON. */
  event: 101,
  /** Empty. The server answers a client's with the same, so that a client finds a dead link in seconds. */
  ping: 102,
} as const

/** Second varUint of a sync frame (y-protocols/sync). */
export const syncStep = { step1: 0, step2: 1, update: 2 } as const

/**
 * Query parameters of the upgrade. By the first two a client names itself, and only then does it get our message
 * types; by `vector` (base64url) it asks what it lacks without waiting until the socket is open; by `user` it says
 * whose changes it holds, so that they are not sent as somebody else's who is signed in by then.
 */
export const upgradeQuery = {
  protocol: 'protocol',
  schema: 'schema',
  vector: 'vector',
  user: 'user',
} as const

/** A longer state vector is not put into an address: servers and proxies take some 8 KB. In bytes. */
export const longestVectorInAddress = 2_048

/** True for the update that holds nothing (`00 00`): an answer to step 1 by somebody without news. */
export const isEmptyUpdate = (update: Uint8Array): boolean =>
  update.length === 2 && update[0] === 0 && update[1] === 0
