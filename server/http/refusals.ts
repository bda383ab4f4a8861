import type { RouteConfig } from '@hono/zod-openapi'
import { can, type Action } from '../../shared/permissions.ts'
import { errors, type ErrorCode } from '../../shared/errors.ts'
import type { Permission } from './route.ts'

/** What a password that somebody chooses may be refused for. */
export const ofNewPassword = [
  'password_too_short',
  'password_too_long',
  'password_hollow',
  'password_common',
] as const satisfies readonly ErrorCode[]

/** What a conversion in a process of its own may be refused for. */
export const ofConversion = [
  'conversion_failed',
  'conversion_too_long',
  'conversion_too_large',
  'too_many_conversions',
  'converters_busy',
  'server_stopping',
] as const satisfies readonly ErrorCode[]

interface Asked extends Pick<RouteConfig, 'method' | 'request'> {
  permission: Permission
  guests: boolean
  /** What only this route refuses. */
  refusals: readonly ErrorCode[]
}

export const isAction = (permission: Permission): permission is Action =>
  permission !== 'public' && permission !== 'session' && permission !== 'account'

/** Every code that a route may answer with: its own, and those of the checks that it shares with others. */
export function refusalsOf({ method, request, permission, guests, refusals }: Asked): Set<ErrorCode> {
  const reads = method === 'get'
  const all = new Set<ErrorCode>(['too_many_requests', 'internal', ...refusals])
  const add = (isSo: boolean, ...codes: ErrorCode[]) => isSo && codes.forEach((code) => all.add(code))
  add(reads, 'storage_unreadable')
  add(
    !reads,
    'storage_failed',
    'storage_full',
    'being_changed',
    'done_unread',
    'done_unknown',
    'foreign_origin',
  )
  add(request !== undefined, 'invalid_input')
  add(request?.body !== undefined, 'malformed_json', 'too_large')
  const isJson = request?.body?.content['application/json'] !== undefined
  add(isJson, 'wrong_content_type', 'text_run_too_long')
  add(permission !== 'public', 'session_required', 'account_changed')
  add(permission !== 'public', 'token_invalid', 'token_expired', 'token_scope')
  add(permission === 'account', 'account_required')
  if (isAction(permission)) {
    add(true, 'not_found', 'not_allowed')
    add(!guests, 'not_for_guests')
    add(!can('owner', permission, 'archived'), 'project_archived')
    // acts stand in the trail, downloads too
    add(!reads || permission === 'project.export', 'trail_full', 'trail_broken')
  }
  return all
}

/** Codes by the status that they come with, in the order of the statuses. */
export function byStatus(codes: ReadonlySet<ErrorCode>): [status: number, codes: ErrorCode[]][] {
  const groups = new Map<number, ErrorCode[]>()
  for (const code of codes) {
    const { status } = errors[code]
    groups.set(status, [...(groups.get(status) ?? []), code])
  }
  return [...groups].toSorted(([one], [other]) => one - other)
}
