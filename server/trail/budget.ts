import type { Counter } from '../../shared/rules/counter.ts'
import { Refusal } from '../../shared/errors.ts'
import type { Limits } from '../../shared/limits.ts'
import { perHour, takeOrRefuse } from '../../shared/rules/token-bucket.ts'
import type { TrailAction, TrailDetails } from '../../shared/trail.ts'
import type { Database, Transaction } from '../db/database.ts'

/** What was done, as far as it decides whether there is room for it. */
export interface WrittenAct {
  action: TrailAction
  details?: TrailDetails
}

/** Entries that are about to be written: by whom, what was done, and what their lines are in bytes. */
export interface Entries {
  userId: string
  acts: readonly WrittenAct[]
  bytes: number
}

/** Bounds what people write into trails, of which nothing ever goes. */
export interface TrailBudget {
  /**
   * Counts entries behind a chain whose lines are `held` bytes. With `isDone` it tells of what has happened already, and
   * is refused by nothing.
   * @throws Refusal `too_many_requests` with the seconds to wait, `trail_full`
   */
  book(entries: Entries, held: number, isDone: boolean): void
}

/**
 * What is done also where a trail is full, and can be done only so often, as nothing of it can be begun anew there: it
 * ends somebody's access or a link, brings to its end what was put forward or raised, or takes away what there is.
 */
const ending: ReadonlySet<TrailAction> = new Set([
  'member.removed',
  'member.left',
  'invite.revoked',
  'guest.link_revoked',
  'guest.claimed',
  'document.removed',
  'revision.signed',
  'revision.withdrawn',
  'comment.withdrawn',
  'webhook.removed',
])

/** What is done there too, though it can be repeated: it takes away a copy, makes room, or changes who may do what. */
const goingOn: ReadonlySet<TrailAction> = new Set([
  'project.changed',
  'member.changed',
  'history.folded',
  'proposal.accepted',
  'revision.exported',
  'package.exported',
  'points.exported',
])

/** A weight, and no budget: so many times as much counts there what can be repeated: a script adds 64 KB in an hour, and people do not notice. */
const timesWhenFull = 16

function isEnding({ action, details }: WrittenAct): boolean {
  const state = details?.state
  // a closed point is opened again only where there is room
  const closes = typeof state === 'object' && (state?.to === 'settled' || state?.to === 'declined')
  return ending.has(action) || (action === 'thread.changed' && closes)
}

export function createTrailBudget(
  { trailBytesPerHour, projectTrailBytes }: Limits,
  counter: Counter,
): TrailBudget {
  const hourly = counter.buckets('trail bytes by person')
  const [perSecond, burst] = perHour(trailBytesPerHour)
  return {
    book({ userId, acts, bytes }, held, isDone) {
      const own = hourly.use(userId, perSecond, burst)
      const now = performance.now()
      if (isDone) return own.overdraw(now, bytes)
      const repeated = held + bytes > projectTrailBytes ? acts.filter((act) => !isEnding(act)) : []
      if (!repeated.every(({ action }) => goingOn.has(action))) {
        throw new Refusal('trail_full', { limit: Math.floor(projectTrailBytes / 1_048_576) })
      }
      const counted = repeated.length > 0 ? timesWhenFull * bytes : bytes
      // one act of many entries, such as a long review, waits for all that there is and no longer
      takeOrRefuse(own, now, Math.min(counted, burst))
    },
  }
}

const budgets = new WeakMap<Transaction, TrailBudget>()

/** A database in each of whose transactions what is appended to a trail is counted. */
export function withTrailBudget(database: Database, budget: TrailBudget): Database {
  const counted = Object.create(database) as Database
  counted.transaction = (work, config) => database.transaction((tx) => work(withBudget(tx, budget)), config)
  return counted
}

function withBudget<Tx extends Transaction>(tx: Tx, budget: TrailBudget): Tx {
  budgets.set(tx, budget)
  const begin = tx.transaction.bind(tx)
  tx.transaction = (work) => begin((inner) => work(withBudget(inner, budget)))
  return tx
}

/** The budget of a transaction; none of one that the server or a tool begins by itself. */
export const budgetOf = (tx: Transaction): TrailBudget | undefined => budgets.get(tx)
