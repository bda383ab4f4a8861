import { useEffect, useState } from 'react'
import { api, call } from '../api.ts'

/** A visit that nothing is heard of ends after half an hour; while its page is looked at it says so this often (ms). */
const pulseMs = 60_000

/**
 * Tells the server that a document is looked at, and says since when there is something new in it: undefined while
 * that is not known, null on a first visit. It stays the same while the page is open.
 */
export function useVisit(resourceId: string): string | null | undefined {
  const [known, setKnown] = useState<{ resourceId: string; since: string | null }>()
  useEffect(() => {
    let left = false
    const ask = async () => {
      // offline there is nothing new; the next pulse tells
      const answer = await call(
        api.resources[':resourceId'].visit.$post({ param: { resourceId } }, { init: { keepalive: true } }),
      ).catch(() => null)
      if (answer && !left) {
        setKnown((before) => (before?.resourceId === resourceId ? before : { resourceId, ...answer }))
      }
    }
    const pulse = setInterval(() => {
      if (document.visibilityState === 'visible') void ask()
    }, pulseMs)
    // also on leaving: what was seen until then is not new the next time
    const visit = () => void ask()
    if (document.visibilityState === 'visible') visit()
    document.addEventListener('visibilitychange', visit)
    return () => {
      left = true
      clearInterval(pulse)
      document.removeEventListener('visibilitychange', visit)
    }
  }, [resourceId])
  return known?.resourceId === resourceId ? known.since : undefined
}
