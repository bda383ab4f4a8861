import { Refusal } from '../../../shared/errors.ts'

/**
 * Counts what is held in memory while it is on its way, by network and in all, in bytes. Half of what may be held in all
 * is for networks that have nothing under way.
 */
export function createUnderWay({ perNetwork, atOnce }: { perNetwork: number; atOnce: number }) {
  const byNetwork = new Map<string, number>()
  let all = 0
  return {
    /** Returns what ends it, once. @throws Refusal `too_many_requests` where too much is under way already */
    begin(network: string, bytes: number): () => void {
      const held = byNetwork.get(network) ?? 0
      // one alone may be as large as it may be
      const isMuch = held > 0 && held + bytes > perNetwork
      if (isMuch || all + bytes > (held > 0 ? atOnce / 2 : atOnce)) {
        throw new Refusal('too_many_requests', { seconds: 1 })
      }
      byNetwork.set(network, held + bytes)
      all += bytes
      let isOver = false
      return () => {
        if (isOver) return
        isOver = true
        all -= bytes
        const left = byNetwork.get(network)! - bytes
        if (left > 0) byNetwork.set(network, left)
        else byNetwork.delete(network)
      }
    },
  }
}

export type UnderWay = ReturnType<typeof createUnderWay>
