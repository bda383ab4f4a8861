import { answerTimes } from '../answer-times.ts'
import { fetchWithin } from '../within-time.ts'

/**
 * A document's text as one Yjs update, from its HTTP address; null when it does not come, whatever the reason: it is asked
 * for through the room's socket then.
 */
export async function askForText(documentAddress: string, signal: AbortSignal): Promise<Uint8Array | null> {
  try {
    const reply = await fetchWithin(answerTimes().otherWayMs, `${documentAddress}/text`, { signal })
    return reply.ok ? new Uint8Array(await reply.arrayBuffer()) : null
  } catch {
    return null
  }
}
