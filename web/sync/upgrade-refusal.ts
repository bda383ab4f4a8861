import { errors, type ErrorCode } from '../../shared/errors.ts'
import { expectedUserHeader } from '../../shared/expected-user.ts'

/** Why the server refuses this address to this person; undefined when it does not, or cannot be reached. */
export async function askWhyRefused(address: string, userId: string): Promise<ErrorCode | undefined> {
  try {
    const response = await fetch(address, { headers: { [expectedUserHeader]: userId } })
    return response.ok ? undefined : await codeIn(response)
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
): Promise<ErrorCode | undefined> {
  try {
    const response = await fetch(`${origin}/api/accounts/me`)
    if (!response.ok) return await codeIn(response)
    const { user } = (await response.json()) as { user: { id: string } }
    if (user.id !== userId) return 'account_changed'
  } catch {
    return undefined
  }
  const code = await askWhyRefused(address, userId)
  return code === 'not_found' ? 'access_ended' : code
}

async function codeIn(response: Response): Promise<ErrorCode | undefined> {
  const body = (await response.json()) as { error?: { code?: string } }
  const code = body.error?.code
  return code && Object.hasOwn(errors, code) ? (code as ErrorCode) : undefined
}
