import { readCloseReason } from '../../../shared/wire/close-reason.ts'
import { errors, isPassing, type ErrorCode, type ErrorParams } from '../../../shared/errors.ts'

const codes = Object.keys(errors) as ErrorCode[]

/** Of what a person or a project may cause for a while: coming again at once would only be refused again. */
const usedUp = new Set<ErrorCode>(['history_full', 'too_many_bytes', 'too_many_updates'])

/** True when it is worth to wait for some seconds before the next try. */
export const isUsedUp = (code: ErrorCode | undefined): boolean => code !== undefined && usedUp.has(code)

/** Why the server refused, with the values that the words for it name. */
export interface Refused {
  code: ErrorCode
  params?: ErrorParams
}

/** Why the server closed a socket: by the reason it gave, else by its close code; undefined when it gave neither. */
export function refusalOfClose(event: { code: number; reason: string }): Refused | undefined {
  const told = readCloseReason(event.reason)
  const refused =
    told ?? codes.filter((code) => errors[code].close === event.code).map((code) => ({ code }))[0]
  // whose words name seconds, which no close frame carries
  return refused?.code === 'too_many_requests' ? { code: 'too_many_updates' } : refused
}

/** As `refusalOfClose`, the code alone. */
export const codeOfClose = (event: { code: number; reason: string }): ErrorCode | undefined =>
  refusalOfClose(event)?.code

/** True when the person may not see the document any more, or there is none. */
export const endsAccess = (code: ErrorCode): boolean => code === 'access_ended' || code === 'not_found'

/** True when trying again by itself can help: a lost link, a passing trouble, or access that has to be read anew. */
export function isWorthRetrying(code: ErrorCode | undefined): boolean {
  return code === undefined || code === 'access_changed' || isPassing(code)
}
