import { DrizzleQueryError } from 'drizzle-orm/errors'

/** The database could not be asked, or did not answer in time. Its cause says how that showed. */
export class DatabaseUnavailable extends Error {
  constructor(cause?: unknown) {
    super('the database is not available', { cause })
    this.name = 'DatabaseUnavailable'
  }
}

/** How PostgreSQL names what it refuses: five characters, of which the first two are a class. `EPIPE` is the system's. */
const sqlState = /^(?=.*\d)[0-9A-Z]{5}$/

/**
 * States of a server that is being stopped or started, has no connection or memory left, met a fault of its disk, is a
 * copy that only reads, took too long (57014, 55P03: our own time limits), or ended a transaction so that another goes on
 * (40P01, 40001). 08P01 is a message that it could not read, such as a statement with too many values: sent again it
 * fails again.
 */
const away = /^(08(?!P01)...|53[023]00|57P0[1-5]|58...|25006|57014|55P03|40P01|40001)$/

/** PostgreSQL's own code of a failure, wherever in the chain of causes it stands. */
function stateOf(failure: unknown): string | undefined {
  if (!(failure instanceof Error)) return undefined
  const { code } = failure as { code?: unknown }
  return typeof code === 'string' && sqlState.test(code) ? code : stateOf(failure.cause)
}

/** True when a request failed because the database is not there or does not answer; asked again it may succeed. */
export function isDatabaseAway(failure: unknown): boolean {
  const state = stateOf(failure)
  if (state !== undefined) return away.test(state)
  if (!(failure instanceof Error)) return false
  if (failure instanceof DatabaseUnavailable) return true
  // what fails a query and is not PostgreSQL's word is the connection's end; a value of the wrong type is our own fault
  if (failure instanceof DrizzleQueryError) return isConnectionFailure(failure.cause)
  return isDatabaseAway(failure.cause)
}

/**
 * True when a statement failed and PostgreSQL did not say that it was not done: the connection broke, or was ended
 * (57P..), which may be between a commit and its answer.
 */
export const isAnswerLost = (failure: unknown): boolean => /^(08|57P)|^$/.test(stateOf(failure) ?? '')

/** True when a request waited for a row that somebody held for longer than it may. */
export const isLockTimeout = (failure: unknown): boolean => stateOf(failure) === '55P03'

/** A failure of the connection itself, as the driver gives it: a plain error, or one of the system. */
export const isConnectionFailure = (failure: unknown): boolean =>
  failure instanceof DatabaseUnavailable ||
  failure instanceof AggregateError ||
  (failure instanceof Error && failure.name === 'Error' && stateOf(failure) === undefined)

/** A failed query carries its parameters, and those may be secrets: only the database's own words are logged. */
export const withoutParameters = (failure: unknown): unknown =>
  failure instanceof DrizzleQueryError ? (failure.cause ?? new Error('a query failed')) : failure
