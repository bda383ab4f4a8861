import { useEffect, useRef, useState } from 'react'

/** Waits before an editor is bound anew, by how often that was needed lately (ms). */
const waits = [0, 1_000, 5_000, 15_000]
/** A binding that holds so long works (ms), and what went wrong before it counts no more. */
const steadyMs = 20_000
/** How long it is said that the editor was bound anew (ms). */
const toldMs = 6_000

/** What is to be said of an editor's binding: that it reads anew just now, that it did so, or nothing. */
export type BindingState = 'works' | 'rebinding' | 'rebound'

/**
 * Puts another editor in the place of one that came apart from the shared text. `generation` is the key of the editor
 * to show; with each failure another one comes, the later the more often it is needed.
 */
export function useRebinding() {
  const [generation, setGeneration] = useState(0)
  const [state, setState] = useState<BindingState>('works')
  const failures = useRef({ count: 0, last: 0 })
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])

  const onFailed = (error: unknown) => {
    // oxlint-disable-next-line no-console -- for whoever looks for the reason; the person is told in words
    console.warn('The editor came apart from the shared text.', error)
    const { count, last } = failures.current
    const again = Date.now() - last > steadyMs ? 0 : count
    failures.current = { count: again + 1, last: Date.now() }
    clearTimeout(timer.current)
    // not within the change of the shared text or of the editor that failed
    queueMicrotask(() => setState('rebinding'))
    timer.current = setTimeout(
      () => {
        setGeneration((now) => now + 1)
        setState('rebound')
        timer.current = setTimeout(() => setState('works'), toldMs)
      },
      waits[Math.min(again, waits.length - 1)],
    )
  }
  return { generation, state, onFailed }
}
