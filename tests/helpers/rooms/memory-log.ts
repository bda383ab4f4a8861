import * as Y from 'yjs'
import type { Log, NumberedUpdate } from '../../../server/rooms/ports.ts'
import { Refusal } from '../../../shared/errors.ts'

interface RoomRecord {
  logged: NumberedUpdate[]
  base: { seq: number; state: Uint8Array; vector: Uint8Array; deletions: Uint8Array } | null
  clients: Map<number, string | null>
  isKnown: boolean
}

/** A log in memory, of rooms that belong to the project `project`; `kept`: what one of them holds already. */
export function memoryLog(
  kept: Record<string, Uint8Array[]> = {},
  writtenBytesPerMinute = Infinity,
): { log: Log; addRoom(roomId: string): void } {
  const rooms = new Map<string, RoomRecord>()
  const written = new Map<string, number>()
  const addRoom = (roomId: string, updates: Uint8Array[] = []) => {
    const logged = updates.map((update, index) => ({ seq: index + 1, update }))
    rooms.set(roomId, { logged, base: null, clients: new Map(), isKnown: false })
  }
  for (const [roomId, updates] of Object.entries(kept)) addRoom(roomId, updates)

  function roomOf(roomId: string): RoomRecord {
    const room = rooms.get(roomId)
    if (!room) throw new Refusal('not_found')
    return room
  }

  const log: Log = {
    async append(entries) {
      for (const { roomId } of entries) roomOf(roomId)
      for (const { roomId, userId, update, clientIds } of entries) {
        const { logged, clients } = roomOf(roomId)
        logged.push({ seq: logged.length + 1, update })
        for (const clientId of clientIds) if (!clients.has(clientId)) clients.set(clientId, userId)
      }
    },
    async load(roomId) {
      const { logged, base } = roomOf(roomId)
      const updates = logged.slice(base?.seq ?? 0).map(({ update }) => update)
      return { base, updates, seq: logged.length, isLookedThrough: true }
    },
    since: async (roomId, seq) => roomOf(roomId).logged.slice(seq),
    noteLookedThrough: async () => {},
    async clients(roomId) {
      const room = roomOf(roomId)
      room.isKnown = true
      return new Map(room.clients)
    },
    projectOf: (roomId) => (rooms.get(roomId)?.isKnown ? 'project' : undefined),
    reserve(_roomId, userId, bytes) {
      const after = (written.get(userId) ?? 0) + bytes
      if (after > writtenBytesPerMinute) {
        throw new Refusal('too_many_bytes', { limit: writtenBytesPerMinute })
      }
      written.set(userId, after)
    },
    note: (_roomId, userId, bytes) => void written.set(userId, (written.get(userId) ?? 0) + bytes),
    release: (_roomId, userId, bytes) => void written.set(userId, (written.get(userId) ?? 0) - bytes),
    async compact(roomId) {
      const room = roomOf(roomId)
      const doc = new Y.Doc()
      for (const { update } of room.logged) Y.applyUpdate(doc, update)
      const vector = Y.encodeStateVector(doc)
      const [state, deletions] = [Y.encodeStateAsUpdate(doc), Y.encodeStateAsUpdate(doc, vector).subarray(1)]
      room.base = { seq: room.logged.length, state, vector, deletions }
      doc.destroy()
    },
  }
  return { log, addRoom }
}
