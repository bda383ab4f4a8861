import { hc, type ClientResponse } from 'hono/client'
import type { StatusCode } from 'hono/utils/http-status'
import type { ErrorCode, ErrorParams } from '../shared/errors.ts'
import type { Api } from '../server/app.ts'

/** The server's codes, and two that only a browser meets: no connection, and an answer that is not ours. */
export type ApiErrorCode = ErrorCode | 'offline' | 'unexpected_reply'

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

/** Every route of the server, typed from its declaration: `api.projects.$get()`. Pass what it returns to `call`. */
export const api = hc<Api>(globalThis.location?.origin ?? 'http://localhost').api

/** The data of a reply (undefined for 204). Throws `ApiError`, and nothing else, when the request was refused or lost. */
export async function call<Data>(
  reply: Promise<ClientResponse<Data, StatusCode, 'json' | 'body' | 'text'>>,
): Promise<Data> {
  const response = await reply.catch(() => {
    throw new ApiError('offline', {}, 0)
  })
  if (response.status === 204) return undefined as Data
  const body = await (response.json() as Promise<unknown>).catch(() => undefined)
  if (response.ok && body !== undefined) return body as Data
  throw refusalIn(body, response.status)
}

function refusalIn(body: unknown, status: number): ApiError {
  const error = (body as { error?: { code?: ErrorCode; params?: ErrorParams } } | undefined)?.error
  return error?.code
    ? new ApiError(error.code, error.params ?? {}, status)
    : new ApiError('unexpected_reply', { status }, status)
}
