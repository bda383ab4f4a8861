import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/**
 * A mark that a browser keeps after its owner signed in: a random name, and its seal under a key that only the
 * account's password hash gives. It opens nothing; it only tells the owner's device from a guesser's
 * (OWASP: device cookies). A new password makes all marks void.
 */
export function markDevice(passwordHash: string): string {
  const name = randomBytes(16).toString('base64url')
  return `${name}.${seal(name, passwordHash)}`
}

/** The device's name when its mark was made for this account, else null. */
export function knownDevice(mark: string | undefined, passwordHash: string | null): string | null {
  const [name, sealed] = mark?.split('.') ?? []
  if (!name || !sealed || !passwordHash) return null
  const given = Buffer.from(sealed)
  const right = Buffer.from(seal(name, passwordHash))
  return given.length === right.length && timingSafeEqual(given, right) ? name : null
}

const seal = (name: string, passwordHash: string): string =>
  createHmac('sha256', passwordHash).update(`device ${name}`).digest('base64url')
