import { useEffect, useRef, type RefObject } from 'react'

/** True as long as the dialog that asks is shown: what becomes of an act is told elsewhere to whoever has closed it. */
export function useIsOpen(): RefObject<boolean> {
  const isOpen = useRef(false)
  useEffect(() => {
    isOpen.current = true
    return () => {
      isOpen.current = false
    }
  }, [])
  return isOpen
}
