import { useEffect, useReducer } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormats } from './language/formats.ts'

interface TimestampProps {
  /** ISO 8601. */
  at: string
  /** Shows the exact time. */
  exact?: boolean
  /** Shows the exact time to the second, and the zone that it is read in. */
  zoned?: boolean
  /** It is to come. */
  upcoming?: boolean
}

/** A point in time: how long ago or until then, with the exact time for those who point at it. */
export function Timestamp({ at, exact = false, zoned = false, upcoming = false }: TimestampProps) {
  const { t } = useTranslation('ui')
  const formats = useFormats()
  const isStill = exact || zoned
  const whole = zoned ? formats.zoned(at) : formats.moment(at)
  const [, tick] = useReducer((count: number) => count + 1, 0)
  useEffect(() => {
    if (isStill) return
    const timer = setInterval(tick, 60_000)
    return () => clearInterval(timer)
  }, [isStill])
  return (
    <time dateTime={at} title={whole}>
      {isStill ? whole : upcoming ? formats.relative(at) : (formats.ago(at) ?? t('justNow'))}
    </time>
  )
}
