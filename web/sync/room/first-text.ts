import { fetchWithin } from '../within-time.ts'

/** A text of which nothing comes for so long is asked for through the room's socket. In milliseconds. */
const timeoutMs = 30_000

/** A document's text as one Yjs update, from its HTTP address; null when it does not come, whatever the reason. */
export async function askForText(documentAddress: string, signal: AbortSignal): Promise<Uint8Array | null> {
  try {
    const reply = await fetchWithin(timeoutMs, `${documentAddress}/text`, { signal })
    return reply.ok ? new Uint8Array(await reply.arrayBuffer()) : null
  } catch {
    return null
  }
}
