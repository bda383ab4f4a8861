import { Refusal } from '../../shared/errors.ts'

/** After so long half of what somebody stored is forgotten (ms). */
const halfLifeMs = 12 * 3_600_000
/** How long it is known what is free (ms). */
const knownMs = 1_000
/** Memory, and no budget: so many are remembered; those who stored least are forgotten first. */
const mostRemembered = 10_000

/**
 * What is left of the disk, for all: nobody takes of it more than they leave to others, over all their accounts and
 * projects. Accounts cost nothing, networks do, so it is counted by what one holder has of networks: a /48 of IPv6 or a
 * /24 of IPv4. Who stored little can store until the last byte. Kept in memory, counted by process.
 */
export interface DiskShare {
  /** From where somebody came last; what they store counts there. */
  comesFrom(userId: string, network: string): void
  /** Does what stores something of a person's. What it took is given back where it fails, however it does. */
  storing<Result>(userId: string, store: (booking: Booking) => Promise<Result>): Promise<Result>
  /** Counts what a person is about to store. @throws Refusal `storage_full`, and has counted nothing then */
  take(userId: string, bytes: number): void
  /** Counts what is stored already. */
  note(userId: string, bytes: number): void
  /** Not stored after all. */
  giveBack(userId: string, bytes: number): void
}

/** What is taken for one act. */
export interface Booking {
  /** As `DiskShare` says; also bit by bit. */
  take(bytes: number): void
  /** All that was taken: none of it is stored after all. */
  giveBack(): void
}

/** `freeBytes`: what is left of the disk; while that cannot be told, nobody is refused. */
export function createDiskShare(freeBytes: () => Promise<number>): DiskShare {
  const networks = new Map<string, string>()
  const stored = new Map<string, { bytes: number; at: number }>()
  let free = Infinity
  let readAt = -Infinity

  function look(now: number): void {
    if (now - readAt < knownMs) return
    readAt = now
    void freeBytes().then(
      (bytes) => void (free = bytes),
      () => {},
    )
  }

  const holderOf = (userId: string): string => networks.get(userId) ?? userId

  function storedBy(key: string, now: number): { bytes: number; at: number } {
    const known = stored.get(key) ?? { bytes: 0, at: now }
    known.bytes *= 0.5 ** ((now - known.at) / halfLifeMs)
    known.at = now
    stored.delete(key)
    stored.set(key, known)
    if (stored.size > mostRemembered) forgetLeast(stored)
    return known
  }

  function note(key: string, bytes: number): void {
    const known = storedBy(key, performance.now())
    // what is given back may be half forgotten
    known.bytes = Math.max(0, known.bytes + bytes)
    free -= bytes
  }

  function take(key: string, bytes: number): void {
    const now = performance.now()
    look(now)
    if (storedBy(key, now).bytes + bytes > free - bytes) throw new Refusal('storage_full')
    note(key, bytes)
  }

  return {
    comesFrom(userId, network) {
      networks.delete(userId)
      networks.set(userId, network)
      if (networks.size > mostRemembered)
        for (const oldest of networks.keys()) return void networks.delete(oldest)
    },
    async storing(userId, store) {
      // given back where it was taken, wherever they come from meanwhile
      const holder = holderOf(userId)
      let taken = 0
      const booking: Booking = {
        take(bytes) {
          take(holder, bytes)
          taken += bytes
        },
        giveBack() {
          note(holder, -taken)
          taken = 0
        },
      }
      try {
        return await store(booking)
      } catch (failure) {
        booking.giveBack()
        throw failure
      }
    },
    take: (userId, bytes) => take(holderOf(userId), bytes),
    note: (userId, bytes) => note(holderOf(userId), bytes),
    giveBack: (userId, bytes) => note(holderOf(userId), -bytes),
  }
}

/** A tenth of them, in one go. */
function forgetLeast(stored: Map<string, { bytes: number }>): void {
  const least = [...stored].toSorted(([, one], [, other]) => one.bytes - other.bytes)
  for (const [key] of least.slice(0, mostRemembered / 10)) stored.delete(key)
}
