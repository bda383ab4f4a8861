export interface SeededRandom {
  /** A whole number from 0 to `below` - 1. */
  below(below: number): number
  bytes(length: number): Uint8Array<ArrayBuffer>
  pick<T>(from: readonly T[]): T
  chance(probability: number): boolean
}

/** Numbers that follow from a seed, so that what a run found can be found again (mulberry32). */
export function seededRandom(seed: number): SeededRandom {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (limit: number): number => Math.floor(next() * limit)
  return {
    below,
    bytes: (length) => Uint8Array.from({ length }, () => below(256)),
    pick: (from) => from[below(from.length)]!,
    chance: (probability) => next() < probability,
  }
}
