import { errors, type ErrorCode } from '../../shared/errors.ts'

/** Why the server refuses this address to this person; undefined when it does not, or cannot be reached. */
export async function askWhyRefused(address: string): Promise<ErrorCode | undefined> {
  try {
    const response = await fetch(address)
    if (response.ok) return undefined
    const body = (await response.json()) as { error?: { code?: string } }
    const code = body.error?.code
    return code && Object.hasOwn(errors, code) ? (code as ErrorCode) : undefined
  } catch {
    return undefined
  }
}
