import type { LimitTable } from './limit.ts'

/** Limits of requests and searches. */
export const requestsLimits = {
  connectionsPerNetwork: {
    value: 2_500,
    unit: 'open connections, WebSockets too, of one /48 of IPv6 or /24 of IPv4',
    reason: 'an office of a hundred with twenty tabs each; four such offices have all that there are',
  },
  connectionsAtOnce: {
    value: 10_000,
    unit: 'open connections of all, or what is left of the files that the process may open without a quarter or 1,500; then the network with the most loses its latest to one with fewer',
    reason: 'each holds a file of the system and some 20 KB of memory, also when nothing comes over it',
  },
  bodyBytes: { value: 1_048_576, unit: 'bytes', reason: 'a JSON request; the longest comment is far below' },
  jsonLevels: {
    value: 64,
    unit: 'levels of lists and objects in a JSON request',
    reason: 'a comment’s lists in lists have 24; programs that recurse end their stack at thousands',
  },
  jsonValues: {
    value: 30_000,
    unit: 'values in a JSON request',
    reason:
      'the largest comment, marked letter by letter, with the largest proposal has 22,000; a megabyte of them takes half a second, in one turn, to be parsed and held against its schema',
  },
  publicBodyBytes: {
    value: 8_192,
    unit: 'bytes of a JSON request that needs no session: to sign in or up, to confirm an address, to enter by a link',
    reason:
      'a name, an address and a password are 2 KB at most; what strangers send is held before anything is known',
  },
  bodyBytesPerNetwork: {
    value: 16_777_216,
    unit: 'bytes of JSON requests, as they are announced, that are on their way in from one /48 of IPv6 or /24 of IPv4',
    reason:
      'sixteen of the largest at once, and hundreds of the usual 1 KB; an office sends one now and then',
  },
  bodyBytesAtOnce: {
    value: 134_217_728,
    unit: 'such bytes from all networks; half of it is for those that have none under way',
    reason: 'they are held in memory until they are whole',
  },
  replyBytesPerNetwork: {
    value: 134_217_728,
    unit: 'bytes of large replies that are on their way out to one /48 of IPv6 or /24 of IPv4',
    reason: 'an office of twenty that opens a project of many points at the same moment',
  },
  replyBytesAtOnce: {
    value: 536_870_912,
    unit: 'such bytes to all networks; half of it is for those that have none under way',
    reason: 'what is not taken yet is held in memory, the database’s copy with it',
  },
  slowReplyMs: {
    value: 60_000,
    unit: 'milliseconds in which the next 256 KB of a large reply are taken',
    reason: 'the slowest phone takes half of that; who takes nothing is broken off',
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
  jsonBodyMs: {
    value: 120_000,
    unit: 'milliseconds in which the body of a JSON request is whole',
    reason: 'a megabyte over the slowest phone; it is held in memory meanwhile',
  },
  requestHeadMs: {
    value: 20_000,
    unit: 'milliseconds in which the head of a request is whole',
    reason: 'it is a few packets; each connection is held by all',
  },
  requestMs: {
    value: 3_600_000,
    unit: 'milliseconds in which a request is whole, with its picture',
    reason: '25 MB over the slowest phone; what stops coming is broken off long before',
  },
  requestsPerMinute: {
    value: 600,
    unit: 'requests a minute, of a person who is signed in, and of all others behind an address together',
    reason: 'a person with a dozen tabs stays below, and so do the first requests of a busy office',
  },
  requestsWaitingPerConnection: {
    value: 4,
    unit: 'requests of one connection that wait for the one before them; one more breaks it off',
    reason:
      'browsers send none before they have the reply; thousands come in one packet and would be begun in one turn',
  },
  requestsAtOncePerNetwork: {
    value: 4,
    unit: 'requests of one /48 of IPv6 or /24 of IPv4 that are answered at a time; the others wait',
    reason:
      'they keep the thread that serves busy; a long list takes 14 ms, and others stand behind one of each in every turn',
  },
  requestsAtOnce: {
    value: 12,
    unit: 'requests of all, beyond one of each network; then networks take turns',
    reason: 'three times as many as keep the thread busy, so that another network finds a place',
  },
  requestTurnMs: {
    value: 250,
    unit: 'milliseconds after which a request that is not answered counts no longer as one of them',
    reason: 'it waits for its body, a conversion or a password, and keeps nobody waiting for the thread',
  },
  transactionsAtOncePerPerson: {
    value: 3,
    unit: 'transactions of one person at a time; their others wait without a connection',
    reason:
      'a quarter of the connections that are not for restores, should all of them wait for a row that somebody holds',
  },
  transactionsAtOncePerProject: {
    value: 4,
    unit: 'transactions in one project at a time, of all its people',
    reason: 'its acts wait for each other at the end of its trail, and need no connection for that',
  },
  transactionsAtOncePerNetwork: {
    value: 6,
    unit: 'transactions of one /48 of IPv6 or /24 of IPv4 at a time',
    reason: 'half of the connections, however many people and projects somebody makes up',
  },
  transactionsAtOnce: {
    value: 8,
    unit: 'transactions of all people at a time',
    reason: 'what is read without a transaction finds one of the 14 connections',
  },
  transactionsForOthers: {
    value: 2,
    unit: 'transactions beyond those, for networks that have none under way',
    reason: 'four people of two networks who have all of them keep no third from its act',
  },
  restoresAtOnce: {
    value: 2,
    unit: 'restores at a time that wait for the turn of their room, each with a transaction beside those above',
    reason: 'two of the 14 connections, however long a room takes',
  },
  restoresAtOncePerPerson: {
    value: 1,
    unit: 'such restores of a person',
    reason: 'each may take as long as a room does; nobody restores two texts at the same moment',
  },
  restoresAtOncePerProject: {
    value: 1,
    unit: 'such restores in a project',
    reason: 'its other acts wait for none of them',
  },
  restoresAtOncePerNetwork: {
    value: 1,
    unit: 'such restores of one /48 of IPv6 or /24 of IPv4',
    reason: 'half of them, however many people and projects somebody makes up',
  },
  restoreAttempts: {
    value: 5,
    unit: 'times that a restore is computed anew because somebody wrote meanwhile; then it is merged with what they wrote',
    reason: 'a short text takes milliseconds: between two letters one of them fits',
  },
  restoreAttemptsMs: {
    value: 1_000,
    unit: 'milliseconds after which it is computed anew no more, however few the attempts',
    reason: 'a long text takes seconds, within which somebody always writes',
  },
  restoreWaitMs: {
    value: 30_000,
    unit: 'milliseconds that a restore waits for the turn of its room; then it is told to come again',
    reason:
      'a long text that others write in takes some seconds; a connection of the database is held meanwhile',
  },
  lockWaitMs: {
    value: 5_000,
    unit: 'milliseconds that a request waits for what somebody else is changing; then it is told to come again',
    reason:
      'twice as long as the longest act held a row (a version of 20 MB, 2.8 s), and half as long as others wait for a connection',
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
