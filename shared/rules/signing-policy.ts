import { z } from 'zod'
import { can, sides, type Role, type Side } from '../permissions.ts'

/** One whose signature a revision waits for: anybody of this side who may sign. */
export const requiredSigner = z.object({ side: z.enum(sides) })
export type RequiredSigner = z.infer<typeof requiredSigner>

/**
 * The signers that a record names. One that says more of a signer than is known here is not read at all: who was meant
 * by name must not be taken for anybody of their side.
 */
export const signersNamed = z.array(z.strictObject(requiredSigner.shape)).min(1)

/** Who signs a revision whose record names nobody, as none does up to version 3: one person of each side. */
export const oneOfEachSide: readonly RequiredSigner[] = sides.map((side) => ({ side }))

type OfSide = { side: Side }

/** True when this person's signature, given now, is one that the signer's place waits for. */
const takes = (signer: RequiredSigner, { side }: OfSide): boolean => signer.side === side

/**
 * True while who signed is a member who may sign for that side. Until the last signature is given one counts only so
 * long; a revision that is signed stays so, whoever leaves afterwards.
 */
export const stillCounts = (
  { userId, side }: OfSide & { userId: string },
  members: readonly { userId: string; side: Side; role: Role }[],
): boolean =>
  members.some(
    (one) => one.userId === userId && one.side === side && can(one.role, 'revision.sign', 'active'),
  )

/** Each required signer in their order with the signature that stands in their place, if any does yet. */
export function placesOf<Signature extends OfSide>(
  required: readonly RequiredSigner[],
  signatures: readonly Signature[],
): { signer: RequiredSigner; signature: Signature | undefined }[] {
  const left = [...signatures]
  return required.map((signer) => {
    const at = left.findIndex((one) => takes(signer, one))
    return { signer, signature: at < 0 ? undefined : left.splice(at, 1)[0] }
  })
}

/** The signers who are still awaited; empty when the revision is signed. */
export const missingSigners = (
  required: readonly RequiredSigner[],
  signatures: readonly OfSide[],
): RequiredSigner[] =>
  placesOf(required, signatures).flatMap(({ signer, signature }) => (signature ? [] : [signer]))

/** True while the signature of this person, given beside these, has a place that waits for it. */
export const isAwaited = (
  required: readonly RequiredSigner[],
  signatures: readonly OfSide[],
  person: OfSide,
): boolean => missingSigners(required, signatures).some((signer) => takes(signer, person))

/** The sides of which nobody is awaited any more. */
export function signedSides(required: readonly RequiredSigner[], signatures: readonly OfSide[]): Side[] {
  const missing = missingSigners(required, signatures)
  const isOf = (side: Side) => (one: OfSide) => one.side === side
  return sides.filter((side) => required.some(isOf(side)) && !missing.some(isOf(side)))
}
