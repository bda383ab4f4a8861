import { errors, type ErrorCode, type ErrorParams } from '../../../shared/errors.ts'
import { expectedUserHeader } from '../../../shared/expected-user.ts'
import { answerTimes } from '../answer-times.ts'
import { fetchWithin } from '../within-time.ts'
import type { Refused } from './refusal.ts'

/** Why the server refuses this address to this person; undefined when it does not, or cannot be reached. */
export async function askWhyRefused(address: string, userId: string): Promise<Refused | undefined> {
  try {
    const response = await fetchWithin(answerTimes().otherWayMs, address, {
      headers: { [expectedUserHeader]: userId },
    })
    return response.ok ? undefined : await refusalIn(response)
  } catch {
    return undefined
  }
}

/**
 * What ended a socket whose access is over: its session alone, or the person's way to this address. Undefined when
 * neither did: this browser may hold another session of the same person, after a new password or a claimed account.
 * Somebody else's session is none of theirs.
 */
export async function askWhatEnded(
  origin: string,
  address: string,
  userId: string,
): Promise<Refused | undefined> {
  try {
    const response = await fetchWithin(answerTimes().otherWayMs, `${origin}/api/accounts/me`)
    if (!response.ok) return await refusalIn(response)
    const { user } = (await response.json()) as { user: { id: string } }
    if (user.id !== userId) return { code: 'account_changed' }
  } catch {
    return undefined
  }
  const refused = await askWhyRefused(address, userId)
  return refused?.code === 'not_found' ? { code: 'access_ended' } : refused
}

async function refusalIn(response: Response): Promise<Refused | undefined> {
  const body = (await response.json()) as { error?: { code?: string; params?: ErrorParams } }
  const { code, params } = body.error ?? {}
  return code && Object.hasOwn(errors, code) ? { code: code as ErrorCode, params } : undefined
}
