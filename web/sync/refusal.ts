import { errors, type ErrorCode } from '../../shared/errors.ts'

const codes = Object.keys(errors) as ErrorCode[]

/** A refusal of this kind ends by itself: the server asks us to come again. */
const passing = new Set<ErrorCode>([
  'reader_too_slow',
  'server_stopping',
  'storage_full',
  'storage_failed',
  'history_full',
  'too_many_bytes',
  'internal',
])

/** Why the server closed a socket: by the reason it gave, else by its close code; undefined when it gave neither. */
export function codeOfClose(event: { code: number; reason: string }): ErrorCode | undefined {
  if (Object.hasOwn(errors, event.reason)) return event.reason as ErrorCode
  return codes.find((code) => errors[code].close === event.code)
}

/** True when trying again by itself can help: a lost link, a passing trouble, or a standing that has to be read anew. */
export function isWorthRetrying(code: ErrorCode | undefined): boolean {
  return code === undefined || code === 'access_changed' || passing.has(code)
}
