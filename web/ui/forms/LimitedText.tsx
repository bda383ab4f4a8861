import { Textarea, type TextareaProps } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useFormats } from '../language/formats.ts'

interface LimitedTextProps extends TextareaProps {
  value: string
  /** Characters that may be sent. */
  limit: number
}

/** True when a text may not be sent as it is. */
export const isOverLimit = (value: string, limit: number): boolean => value.trim().length > limit

/**
 * A field of several lines that cuts nothing: near its limit it says how many characters are left, beyond it how many
 * are too many. Whoever sends the text asks `isOverLimit` first.
 */
export function LimitedText({ value, limit, description, error, ...props }: LimitedTextProps) {
  const { t } = useTranslation('ui')
  const { number } = useFormats()
  const left = limit - value.trim().length
  const told = (key: 'limit.left' | 'limit.over', count: number) =>
    t(key, { count, number: number(count), limit: number(limit) })
  return (
    <Textarea
      {...props}
      value={value}
      error={left < 0 ? told('limit.over', -left) : error}
      description={
        left >= 0 && left <= limit / 5 ? (
          <>
            {description} {told('limit.left', left)}
          </>
        ) : (
          description
        )
      }
    />
  )
}
