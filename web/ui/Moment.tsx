import { useEffect, useReducer } from 'react'
import { useFormats } from './formats.ts'

/** A point in time: how long ago, with the exact time for those who point at it. `exact` shows the latter. */
export function Moment({ at, exact = false }: { at: string; exact?: boolean }) {
  const formats = useFormats()
  const [, tick] = useReducer((count: number) => count + 1, 0)
  useEffect(() => {
    if (exact) return
    const timer = setInterval(tick, 60_000)
    return () => clearInterval(timer)
  }, [exact])
  return (
    <time dateTime={at} title={formats.moment(at)}>
      {exact ? formats.moment(at) : formats.relative(at)}
    </time>
  )
}
