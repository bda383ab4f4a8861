import { Refusal } from '../../shared/errors.ts'
import type { Limits } from '../../shared/limits.ts'
import { perHour, Rates, takeOrRefuse } from '../../shared/rate.ts'
import type { TrailAction } from '../../shared/trail.ts'
import type { Database, Transaction } from '../db/database.ts'

/** Entries that are about to be written: by whom, what was done, and what their lines are in bytes. */
export interface Entries {
  userId: string
  actions: TrailAction[]
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
 * What is done also where a trail is full: it ends somebody's access or a link, brings to its end what was put forward,
 * takes away what there is, or makes room. All else is refused there, before it is done.
 */
const alwaysDone: ReadonlySet<TrailAction> = new Set([
  'project.changed',
  'member.removed',
  'member.left',
  'member.changed',
  'invite.revoked',
  'guest.link_revoked',
  'guest.claimed',
  'document.removed',
  'history.folded',
  'revision.signed',
  'revision.withdrawn',
  'revision.exported',
  'package.exported',
  'points.exported',
  'webhook.removed',
])

export function createTrailBudget({ trailBytesPerHour, projectTrailBytes }: Limits): TrailBudget {
  const hourly = new Rates()
  const [perSecond, burst] = perHour(trailBytesPerHour)
  return {
    book({ userId, actions, bytes }, held, isDone) {
      const own = hourly.use(userId, perSecond, burst)
      const now = performance.now()
      if (isDone) return own.owe(now, bytes)
      if (held + bytes > projectTrailBytes && !actions.every((action) => alwaysDone.has(action))) {
        throw new Refusal('trail_full', { limit: Math.floor(projectTrailBytes / 1_048_576) })
      }
      // one act of many entries, such as a long review, waits for all that there is and no longer
      takeOrRefuse(own, now, Math.min(bytes, burst))
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
