import { errors, isPassing, type ErrorCode } from '../../shared/errors.ts'

const codes = Object.keys(errors) as ErrorCode[]

/** Of what a person or a project may cause for a while: coming again at once would only be refused again. */
const usedUp = new Set<ErrorCode>(['history_full', 'too_many_bytes', 'too_many_updates'])

/** True when it is worth to wait for some seconds before the next try. */
export const isUsedUp = (code: ErrorCode | undefined): boolean => code !== undefined && usedUp.has(code)

/** Why the server closed a socket: by the reason it gave, else by its close code; undefined when it gave neither. */
export function codeOfClose(event: { code: number; reason: string }): ErrorCode | undefined {
  // whose words name seconds, which no close frame carries
  if (event.reason === 'too_many_requests') return 'too_many_updates'
  if (Object.hasOwn(errors, event.reason)) return event.reason as ErrorCode
  return codes.find((code) => errors[code].close === event.code)
}

/** True when trying again by itself can help: a lost link, a passing trouble, or a standing that has to be read anew. */
export function isWorthRetrying(code: ErrorCode | undefined): boolean {
  return code === undefined || code === 'access_changed' || isPassing(code)
}
