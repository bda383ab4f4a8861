import type { LimitTable } from './limit.ts'

/** Limits of requests and searches. */
export const requestsLimits = {
  bodyBytes: { value: 1_048_576, unit: 'bytes', reason: 'a JSON request; the longest comment is far below' },
  publicBodyBytes: {
    value: 8_192,
    unit: 'bytes of a JSON request that needs no session: to sign in or up, to confirm an address, to enter by a link',
    reason:
      'a name, an address and a password are 2 KB at most; what strangers send is held before anything is known',
  },
  requestsPerMinute: {
    value: 600,
    unit: 'requests a minute and address',
    reason: 'a busy office behind one address stays below',
  },
  searchesAtOnce: {
    value: 4,
    unit: 'searches at a time of all',
    reason:
      'each reads a text that has changed, of up to 32 MB, and a core of the database looks through all',
  },
  searchesWaiting: {
    value: 100,
    unit: 'searches that wait, of all people',
    reason: 'who is last still waits',
  },
  searchesWaitingPerPerson: {
    value: 8,
    unit: 'searches of one person that wait',
    reason: 'one for each pause in typing; people take turns',
  },
} as const satisfies LimitTable
