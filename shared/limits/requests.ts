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
  bodyBytesPerNetwork: {
    value: 16_777_216,
    unit: 'bytes of JSON requests over 64 KB that are on their way in from one network',
    reason: 'sixteen of the largest at once; an office sends one now and then',
  },
  bodyBytesAtOnce: {
    value: 134_217_728,
    unit: 'such bytes from all networks; who has none under way still sends one',
    reason: 'they are held in memory until they are whole',
  },
  slowBodyBytesPerSecond: {
    value: 1_024,
    unit: 'bytes a second that the body of a request must bring',
    reason: 'the slowest phone sends ten times as many',
  },
  slowBodyMs: {
    value: 30_000,
    unit: 'milliseconds for which it may bring less',
    reason: 'a phone that goes through a tunnel; each holds a connection and what came of it',
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
