import { useEffect } from 'react'

/**
 * Ctrl/⌘ Alt and a key, by the key's place (`KeyboardEvent.code`), since Alt changes what it types on some keyboards.
 * `act` gives false where there was nothing to do: then the key is the browser's.
 */
export function useModAltKey(code: string, act: () => boolean): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.code === code && event.altKey && (event.ctrlKey || event.metaKey) && act())
        event.preventDefault()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [code, act])
}
