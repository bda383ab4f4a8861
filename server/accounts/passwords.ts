import { dictionary } from '@zxcvbn-ts/language-common'
import { passwordLength } from '../../shared/accounts.ts'
import { Refusal } from '../../shared/errors.ts'
import type { Limits } from '../../shared/limits.ts'
import { networkOf } from '../http/address.ts'
import { createFairQueue } from '../conversions/fair-queue.ts'
import { hashingHere, openHashing } from './hashing.ts'

/** About what one takes (ms). */
const eachMs = 80

const common = new Set(dictionary['passwords-common'])

/** What a guesser of this product's accounts tries first: its name, once or more, before a number. */
const productName = /^(countersign|会签)+\p{N}*$/u

/** A rule and no budget: with fewer different characters than this a password is guessed soon, in whatever order they stand. */
const fewestDifferent = 4

/** What a text repeats from its beginning to its end, the last time perhaps cut short; null where it repeats nothing. */
function repeatedIn(text: string): string | null {
  const signs = [...text]
  for (let length = 1; length <= signs.length / 2; length++) {
    if (signs.every((sign, at) => sign === signs[at % length])) return signs.slice(0, length).join('')
  }
  return null
}

/**
 * True for what has the length of a password and no secret: nothing to be seen, a few characters in whatever order, one
 * short word again and again, a piece of the alphabet, our name; a number behind adds nothing to either.
 */
function isHollow(password: string): boolean {
  const folded = password.normalize('NFKC').toLowerCase()
  // what shows as blank paper: spaces of any kind, and characters without a shape
  const seen = folded.replace(/[\s\p{Z}\p{C}\u2800\u3164]/gu, '')
  if (new Set(seen).size < fewestDifferent) return true
  if (isSequence(seen)) return true
  const word = repeatedIn(seen) ?? repeatedIn(seen.replace(/\p{N}+$/u, ''))
  if (word !== null && [...word].length < passwordLength.min) return true
  return productName.test(seen.replace(/[^\p{L}\p{N}]/gu, ''))
}

/** True for one of those that guessers try first, also several times over, or before a year. */
function isCommon(password: string): boolean {
  const lower = password.toLowerCase()
  return [lower, repeatedIn(lower) ?? '', lower.replace(/\d{1,4}$/, '')].some((word) => common.has(word))
}

/** True for characters that follow each other as in the alphabet or among the numbers, up or down. */
function isSequence(text: string): boolean {
  const codes = [...text].map((sign) => sign.codePointAt(0)!)
  const steps = new Set(codes.slice(1).map((code, at) => code - codes[at]!))
  return steps.size === 1 && (steps.has(1) || steps.has(-1))
}

/**
 * Hashes a new password. Refuses one outside 8 to 128 characters, one that only looks like a password, and the 49,000
 * that guessers try first.
 */
export async function hashPassword(password: string, hashing = hashingHere): Promise<string> {
  const characters = [...password].length
  if (characters < passwordLength.min) throw new Refusal('password_too_short', { min: passwordLength.min })
  if (characters > passwordLength.max) throw new Refusal('password_too_long', { max: passwordLength.max })
  if (isHollow(password)) throw new Refusal('password_hollow')
  if (isCommon(password)) throw new Refusal('password_common')
  return hashing.hash(password)
}

const nobody = hashingHere.hash('the password of nobody')

/** True when the password fits the hash. Without a hash (unknown account) it is false after the same time. */
export async function fitsPassword(
  passwordHash: string | null,
  password: string,
  hashing = hashingHere,
): Promise<boolean> {
  const fits = await hashing.verify(passwordHash ?? (await nobody), password.slice(0, 4 * passwordLength.max))
  return fits && passwordHash !== null
}

/**
 * Hashes and checks passwords for requests: few at a time, behind all else that the machine does, and addresses in turn.
 * @throws Refusal `too_many_requests` where too many wait already
 */
export function createPasswords(limits: Limits) {
  const inTurn = createFairQueue({
    atOnce: limits.passwordsAtOnce,
    waiting: limits.passwordsWaiting,
    waitingPerSource: limits.passwordsWaitingPerAddress,
    eachMs,
  })
  const hashing = openHashing(limits.passwordsAtOnce)
  return {
    /** As `hashPassword`; `address` is who asks, until `signal` says that nobody waits for it any more. */
    hash: (password: string, address: string, signal?: AbortSignal) =>
      inTurn(networkOf(address), () => hashPassword(password, hashing), signal),
    /** Hashes an access code, which an owner chooses for somebody else: any length that the request allows. */
    hashCode: (code: string, address: string, signal?: AbortSignal) =>
      inTurn(networkOf(address), () => hashing.hash(code), signal),
    fits: (passwordHash: string | null, password: string, address: string, signal?: AbortSignal) =>
      inTurn(networkOf(address), () => fitsPassword(passwordHash, password, hashing), signal),
  }
}

export type Passwords = ReturnType<typeof createPasswords>
