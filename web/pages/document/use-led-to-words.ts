import { useRouterState } from '@tanstack/react-router'
import { useEffect, useEffectEvent } from 'react'

/**
 * Calls `show` each time a link leads to the document for what was said at a point: on a phone its pane is in front then.
 * Only a link names the pane of the points in the address; where the page itself goes there, it is left out.
 */
export function useLedToWords(show: () => void): void {
  const led = useRouterState({
    select: ({ location: { search, state } }) =>
      search.pane === 'points' && search.thread ? `${search.thread} ${state.__TSR_key ?? ''}` : null,
  })
  const arrive = useEffectEvent(show)
  useEffect(() => {
    if (led !== null) arrive()
  }, [led])
}
