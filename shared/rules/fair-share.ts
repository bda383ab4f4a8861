import { Refusal } from '../errors.ts'

/** The part of what people fill together that is kept for those who took little of it. */
const keptPart = 1 / 4

/**
 * Of what is bounded for all of a project together, three quarters are for whoever comes first. In the last one nobody
 * adds who has more than what is left for all others: a few who fill it find less and less, and who has said little
 * still has room. `held` and `own` are what all and what this person have before `added`.
 * @throws Refusal `own_share_full`
 */
export function leaveForOthers({ held, own, added, limit }: Shared): void {
  if (held + added > limit * (1 - keptPart) && own > limit - held) throw new Refusal('own_share_full')
}

interface Shared {
  held: number
  own: number
  added: number
  limit: number
}
