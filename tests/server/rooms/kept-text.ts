import { RoomText } from '../../../server/rooms/room-text.ts'
import type { Log } from '../../../server/rooms/ports.ts'
import { defaultLimits, type Limits } from '../../../shared/limits.ts'

const emptyLog: Pick<Log, 'load' | 'clients' | 'reserve'> = {
  load: async () => ({ base: null, updates: [], seq: 0 }),
  clients: async () => new Map(),
  reserve: () => {},
}

/** The text of a room whose log keeps nothing, ready to be written. */
export async function openText(limits: Partial<Limits> = {}): Promise<RoomText> {
  const text = new RoomText('room', emptyLog as Log, { ...defaultLimits, ...limits })
  await text.beginWriting()
  return text
}
