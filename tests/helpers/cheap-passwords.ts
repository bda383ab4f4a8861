import { vi } from 'vitest'

type Argon2 = typeof import('@node-rs/argon2')

/** The same functions, with hashes that take a fraction of a millisecond; a hash names its cost, so checking it is as quick. */
export const cheaply = (real: Argon2): Argon2 => ({
  ...real,
  hash: (password, options, signal) =>
    real.hash(password, { ...options, memoryCost: 64, timeCost: 1 }, signal),
})

// People are made in nearly every file, and a hash as the product makes it takes 80 ms of a processor. What it costs
// there is looked at by tests/accounts/passwords.unit.test.ts, for which this is not loaded.
vi.mock('@node-rs/argon2', async (original) => cheaply(await original<Argon2>()))
