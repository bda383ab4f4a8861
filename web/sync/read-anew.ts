import { hashKey, type InvalidateQueryFilters, type Query, type QueryClient } from '@tanstack/react-query'
import type { Rate } from '../../shared/rules/token-bucket.ts'
import { readingPace } from './reading-pace.ts'

/** Queries whose reading under way is waited for, before they are read again. */
const awaited = new WeakSet<Query>()

type Filters = InvalidateQueryFilters & { queryKey: readonly unknown[] }

/** The readings under one key: how often, and what waits for the next of them. */
interface Paced {
  rate: Rate
  waiting: Filters[]
  timer?: ReturnType<typeof setTimeout>
}

const paces = new WeakMap<QueryClient, Map<string, Paced>>()

function paceOf(queryClient: QueryClient, queryKey: readonly unknown[]): Paced {
  const ofClient = paces.get(queryClient) ?? new Map<string, Paced>()
  paces.set(queryClient, ofClient)
  const key = hashKey(queryKey)
  const paced = ofClient.get(key) ?? { rate: readingPace(), waiting: [] }
  ofClient.set(key, paced)
  return paced
}

/** Reads anew what others changed: at once, or where it changes again and again, together with what comes until then. */
export async function readAnew(queryClient: QueryClient, filters: Filters): Promise<void> {
  const paced = paceOf(queryClient, filters.queryKey)
  const now = performance.now()
  if (paced.timer === undefined && paced.rate.take(now)) return readNow(queryClient, filters)
  paced.waiting.push(filters)
  paced.timer ??= setTimeout(
    () => {
      delete paced.timer
      paced.rate.overdraw(performance.now(), 1)
      void readNow(queryClient, anyOf(paced.waiting.splice(0)))
    },
    paced.rate.waitMs(now, 1),
  )
}

/** What any of the filters of one key means. */
function anyOf(all: Filters[]): Filters {
  const [first, ...others] = all
  if (others.every((one) => one.exact === first!.exact && one.predicate === first!.predicate)) return first!
  const { queryKey } = first!
  const isMeant = (query: Query) =>
    all.some(
      ({ exact, predicate }) =>
        (!exact || query.queryHash === hashKey(queryKey)) && (!predicate || predicate(query)),
    )
  return { queryKey, predicate: isMeant }
}

/**
 * Reads anew at once, for what one did oneself. `invalidateQueries` begins a reading again that is under way, but
 * neither a first one nor one that nothing shows yet, and takes its answer for fresh; that answer may be older than the
 * change.
 */
export async function readNow(queryClient: QueryClient, filters: InvalidateQueryFilters): Promise<void> {
  const tooEarly = queryClient
    .getQueryCache()
    .findAll(filters)
    .filter((query) => query.state.fetchStatus === 'fetching' && !isBegunAgain(query) && !awaited.has(query))
  await Promise.all([
    queryClient.invalidateQueries(filters),
    ...tooEarly.map((query) => readAfterwards(queryClient, query)),
  ])
}

const isBegunAgain = (query: Query): boolean => query.state.data !== undefined && query.isActive()

async function readAfterwards(queryClient: QueryClient, query: Query): Promise<void> {
  awaited.add(query)
  try {
    // the one that is under way
    await query.fetch().catch(() => {})
  } finally {
    awaited.delete(query)
  }
  await queryClient.invalidateQueries({ queryKey: query.queryKey, exact: true })
}
