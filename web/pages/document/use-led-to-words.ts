import { useNavigate, useRouterState } from '@tanstack/react-router'
import { useEffect, useEffectEvent } from 'react'

/**
 * Calls `show` each time a link leads to the document for what was said at a point: on a phone its pane is in front then.
 * Only a link names the pane of the points in the address, and only until it was shown: whoever goes back to the text and
 * reloads, or gets another room, stays there.
 */
export function useLedToWords(show: () => void): void {
  const led = useRouterState({
    select: ({ location: { search, state } }) =>
      search.pane === 'points' && search.thread ? `${search.thread} ${state.__TSR_key ?? ''}` : null,
  })
  const navigate = useNavigate()
  const arrive = useEffectEvent(() => {
    show()
    void navigate({ to: '.', search: (search) => ({ ...search, pane: undefined }), replace: true })
  })
  useEffect(() => {
    if (led !== null) arrive()
  }, [led])
}
