import { errors, isPassing, valuesOf, type ErrorCode, type ErrorParams } from '../errors.ts'

/** The most that the reason of a close frame holds (RFC 6455 §5.5), in bytes. */
const longest = 123

/**
 * The reason that a room's socket is closed with: the code, and of a refusal that stays the values that its words name,
 * as in `table_too_large?columns=400&cells=20000`. ASCII, and never longer than a close frame takes.
 */
export function closeReason({ code, params }: { code: ErrorCode; params: ErrorParams }): string {
  if (isPassing(code)) return code
  const named = valuesOf(code).flatMap((name) => {
    const value = params[name]
    return value === undefined ? [] : [[name, String(value)]]
  })
  const reason = named.length === 0 ? code : `${code}?${new URLSearchParams(named).toString()}`
  return reason.length > longest ? code : reason
}

/** What such a reason says; undefined when it is none of ours. */
export function readCloseReason(reason: string): { code: ErrorCode; params: ErrorParams } | undefined {
  const [code = '', values = ''] = reason.split('?', 2)
  if (!Object.hasOwn(errors, code)) return undefined
  const params = [...new URLSearchParams(values)].map(([name, value]) => [name, asValue(value)])
  return { code: code as ErrorCode, params: Object.fromEntries(params) as ErrorParams }
}

const asValue = (text: string): string | number => (/^\d{1,15}$/.test(text) ? Number(text) : text)
