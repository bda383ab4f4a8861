import { hc, type ClientResponse } from 'hono/client'
import type { StatusCode } from 'hono/utils/http-status'
import { isPassing, type ErrorCode, type ErrorParams } from '../shared/errors.ts'
import { expectedUserHeader } from '../shared/expected-user.ts'
import type { Api } from '../server/app.ts'
import { answerTimes } from './sync/answer-times.ts'
import { fetchWithin, NoAnswer } from './sync/within-time.ts'

/** The server's codes, and three that only a browser meets: no connection, no answer in time, one that is not ours. */
export type ApiErrorCode = ErrorCode | 'offline' | 'no_answer' | 'unexpected_reply'

/** A refused request, worded by `errors:<code>` in the locales. `status` is 0 when no answer came. */
export class ApiError extends Error {
  readonly code: ApiErrorCode
  readonly params: ErrorParams
  readonly status: number

  constructor(code: ApiErrorCode, params: ErrorParams, status: number) {
    super(code)
    this.name = 'ApiError'
    this.code = code
    this.params = params
    this.status = status
  }
}

/** Who is signed in as far as this tab knows, and what it does when it hears that it is somebody else by now. */
let signedIn: { id(): string | undefined; onMismatch(): void } = { id: () => undefined, onMismatch() {} }

/** Has every request that changes something say whose it is, so that none is done as somebody else. */
export function expectUser(expected: typeof signedIn): void {
  signedIn = expected
}

/** True where no answer came: there is no connection, or it swallowed what was sent or what came back. */
export const isLost = (error: unknown): boolean =>
  error instanceof ApiError && (error.code === 'offline' || error.code === 'no_answer')

/** True where the same may succeed by itself: no answer came, or it was refused for now. */
export const passesByItself = (error: unknown): boolean =>
  isLost(error) || (error instanceof ApiError && isPassing(error.code))

/** True where the same may be taken later: it passes by itself, or was refused for who is signed in here. */
export const mayYetBeTaken = (error: unknown): boolean =>
  passesByItself(error) || (error instanceof ApiError && (error.status >= 500 || ofSession.has(error.code)))
const ofSession: ReadonlySet<ApiErrorCode> = new Set(['session_required', 'account_changed'])

/** Whose id this tab takes for signed in; undefined: nobody's. */
export const signedInId = (): string | undefined => signedIn.id()

/** The headers that say whose a request is: who is signed in here, or its author where it waited. */
export function expectedUser(userId = signedIn.id()): Record<string, string> {
  return userId === undefined ? {} : { [expectedUserHeader]: userId }
}

const fetchAsExpected =
  (of: 'answerMs' | 'conversionMs') =>
  (address: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const headers = new Headers(init?.headers)
    if (init?.method !== 'GET' && !headers.has(expectedUserHeader))
      for (const [name, value] of Object.entries(expectedUser())) headers.set(name, value)
    return fetchWithin(answerTimes()[of], address, { ...init, headers })
  }

/** Every route of the server, typed from its declaration: `api.projects.$get()`. Pass what it returns to `call`. */
export const api = hc<Api>(globalThis.location?.origin ?? 'http://localhost', {
  fetch: fetchAsExpected('answerMs'),
}).api

/** Options of a request that the server answers when it has printed or converted something. */
export const convertsFirst = { fetch: fetchAsExpected('conversionMs') }

const lost = (error: unknown) => new ApiError(error instanceof NoAnswer ? 'no_answer' : 'offline', {}, 0)

/** The data of a reply (undefined for 204). Throws `ApiError`, and nothing else, when the request was refused or lost. */
export async function call<Data>(
  reply: Promise<ClientResponse<Data, StatusCode, 'json' | 'body' | 'text'>>,
): Promise<Data> {
  const response = await reply.catch((error: unknown) => {
    throw lost(error)
  })
  if (response.status === 204) return undefined as Data
  const body = await (response.json() as Promise<unknown>).catch(() => undefined)
  if (response.ok && body !== undefined) return body as Data
  throw refusalIn(body, response.status)
}

/** What the server said, with the entity tag by which it knows that answer. */
export interface TaggedAnswer<Data> {
  data: Data
  tag: string | null
}

/**
 * As `call`, for a large answer that is asked for again and again: where it is still the `last` one, the server does not
 * send it again (304, RFC 9110 §15.4.5). What is shown need not be that answer: it may have been dropped, or changed since.
 * `signal`: of a question that nobody waits for any more.
 */
export async function callIfChanged<Data>(
  last: TaggedAnswer<Data> | undefined,
  ask: (options: {
    headers: Record<string, string>
    init: RequestInit
  }) => Promise<ClientResponse<Data, StatusCode, 'json' | 'body' | 'text'>>,
  signal: AbortSignal,
): Promise<TaggedAnswer<Data>> {
  const headers: Record<string, string> = last?.tag ? { 'If-None-Match': last.tag } : {}
  const response = await ask({ headers, init: { signal } }).catch((error: unknown) => {
    throw lost(error)
  })
  if (response.status === 304 && last) return last
  return { data: await call(Promise.resolve(response)), tag: response.headers.get('ETag') }
}

function refusalIn(body: unknown, status: number): ApiError {
  const error = (body as { error?: { code?: ErrorCode; params?: ErrorParams } } | undefined)?.error
  if (error?.code === 'account_changed') signedIn.onMismatch()
  return error?.code
    ? new ApiError(error.code, error.params ?? {}, status)
    : new ApiError('unexpected_reply', { status }, status)
}
