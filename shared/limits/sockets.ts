import type { LimitTable } from './limit.ts'

/** Limits of sockets of rooms: what comes in and goes out, whatever it holds. */
export const socketsLimits = {
  socketsPerUser: {
    value: 40,
    unit: 'open sockets a user and process',
    reason: 'two devices with twenty tabs',
  },
  frameBytes: { value: 2_097_152, unit: 'bytes', reason: 'a frame with one pasted chapter' },
  unfinishedBytes: {
    value: 134_217_728,
    unit: 'bytes of messages that are not whole, of all sockets; over it, who has most of them loses the oldest',
    reason: 'a hundred people send the largest frame at once; they stay in memory until they are whole',
  },
  unfinishedMs: {
    value: 120_000,
    unit: 'milliseconds from the first long piece of a message to its last',
    reason: 'the largest frame over 140 kbit/s',
  },
  vectorBytes: {
    value: 4_096,
    unit: 'bytes of a state vector beyond twice the room’s own',
    reason: 'what a client wrote offline is of 64 client ids at most; one of 2 MB takes 0.2 s to read',
  },
  framesPerSecond: {
    value: 500,
    unit: 'frames of any kind, pings too, a second and socket',
    reason: 'a stock client repeats the awareness that it hears, at most once a tick',
  },
  readBytesPerSecond: {
    value: 4_194_304,
    unit: 'bytes a second that are read from all sockets of a person; the rest waits',
    reason:
      'what twenty tabs wrote in a day offline, a megabyte each, comes in 3 s; to read as much takes 10 ms',
  },
  readFramesPerSecond: {
    value: 2_000,
    unit: 'frames a second likewise',
    reason: 'forty stock clients that repeat what they hear in a room of fifty; each takes 10 microseconds',
  },
  readItemsPerSecond: {
    value: 10_000,
    unit: 'items and deleted ranges of updates a second likewise; what an item holds counts as more of them where it takes as long',
    reason:
      'each takes 4 microseconds, also of an update that is refused; twenty tabs come back from a day offline',
  },
  readSecondsAtOnce: {
    value: 2,
    unit: 'seconds’ worth of such bytes and frames that may come at once',
    reason: 'after a pause what waited in the network comes together',
  },
  readItemSecondsAtOnce: {
    value: 40,
    unit: 'seconds’ worth of such items that may come at once',
    reason: 'what was written offline comes back at once, and others have their turn between any two updates',
  },
  asksAtOnce: {
    value: 8,
    unit: 'times that a socket may ask for the whole text or for everybody’s presence',
    reason: 'a client asks when it connects, and after that hardly ever; an answer is up to 32 MB',
  },
  asksPerSecond: {
    value: 1,
    unit: 'times a second that it may ask beyond that',
    reason: 'who comes back again and again asks each time',
  },
  waitingBytes: {
    value: 2_097_152,
    unit: 'bytes of a sender that wait for a commit; then no more is read from it',
    reason: 'twice the largest update; who sends faster than is stored waits',
  },
  awarenessBytes: {
    value: 8_192,
    unit: 'bytes',
    reason: 'a cursor, a selection and a viewport are 400 bytes',
  },
  awarenessPerSecond: {
    value: 30,
    unit: 'updates a second and socket',
    reason: 'a pointer at 30 frames a second',
  },
  decodedBytes: {
    value: 33_554_432,
    unit: 'bytes of encoded texts that are gone through for one person at once',
    reason: 'a second of the thread that serves; twenty texts of a hundred pages are opened together',
  },
  decodedBytesPerSecond: {
    value: 1_048_576,
    unit: 'such bytes a second and person; what is over it, and over what is to spare, waits',
    reason: 'a thirtieth of the thread that serves',
  },
  buildingFactor: {
    value: 4,
    unit: 'times as much as going through its bytes that building a document from them counts',
    reason: 'it takes so many times as long, in parts',
  },
  keptBuiltFactor: {
    value: 2,
    unit: 'times as long as a person’s budget takes to fill by what building a text cost, for which it stays built while nobody writes',
    reason: 'who writes on after a pause has never less than before; it is held in memory meanwhile',
  },
  spareDecodedBytes: {
    value: 134_217_728,
    unit: 'such bytes at once of all people who have used up their own',
    reason: 'who opens three texts of 8 MB and writes in each waits for none; others come between',
  },
  spareDecodedBytesPerSecond: { value: 4_194_304, unit: 'such bytes a second', reason: 'an eighth of it' },
  answersPerMinute: {
    value: 120,
    unit: 'answers that hold a text a minute, person and document; what is over it waits',
    reason: 'forty tabs of one document come back three times',
  },
  answerBytesPerPerson: {
    value: 33_554_432,
    unit: 'bytes of long answers to a person that are made and not all taken; one alone may be larger, others wait',
    reason: 'the longest text; twenty tabs get theirs one after the other',
  },
  answerBytesPerNetwork: {
    value: 67_108_864,
    unit: 'such bytes to one /48 of IPv6 or /24 of IPv4',
    reason: 'an office of a hundred that opens texts of 600 KB at the same moment',
  },
  shortAnswerBytes: {
    value: 1_048_576,
    unit: 'bytes of a long answer that goes past longer ones; in a network and in all room is kept for such, for people with nothing under way',
    reason: 'most texts: who opens one does not wait until others have read a book over a slow line',
  },
  shortAnswersPerNetwork: {
    value: 16,
    unit: 'such answers for which longer ones leave room in their network, but a quarter of what it may have at most',
    reason: 'an office where a few read long texts, and others open short ones',
  },
  shortAnswersAtOnce: {
    value: 64,
    unit: 'such answers for which longer ones leave room in all, but a quarter of it at most',
    reason: 'four offices of that kind',
  },
  answerBytesAtOnce: {
    value: 268_435_456,
    unit: 'such bytes to all networks; half of it is for those that have none under way',
    reason: 'what is not taken yet is held in memory',
  },
  answerMs: {
    value: 120_000,
    unit: 'milliseconds from the beginning of a long answer after which it is broken off where others wait for it',
    reason: 'the longest text over 2 Mbit/s; where nobody waits it may take longer',
  },
  slowPieceMs: {
    value: 20_000,
    unit: 'milliseconds in which the next 64 KB of a long answer are taken',
    reason: 'the slowest phone takes 8 s; who takes nothing is broken off',
  },
  upgradesPerMinute: {
    value: 240,
    unit: 'sockets that are let in a minute and person, half as many at once',
    reason: 'forty tabs come back three times in a row; each asks who it is and reads its room: 3 ms',
  },
  unsentBytes: {
    value: 4_194_304,
    unit: 'bytes that a socket has not taken, or is not told while it is decided where its person stands',
    reason: 'a reader this far behind syncs again instead',
  },
  heldBytes: {
    value: 262_144,
    unit: 'bytes of updates a room that wait for something they build on, each counting 128 more; over it, who has most of them is refused',
    reason: 'a minute of a fast typist whose first update was lost; all of them are looked at in every turn',
  },
  heldMs: {
    value: 30_000,
    unit: 'milliseconds that an update waits for what it builds on; then its sender comes back with all of it',
    reason: 'who has it is asked at once, and answers within seconds',
  },
  claimsPerRoom: {
    value: 1_000,
    unit: 'client ids of people who showed themselves in an open room and have not written',
    reason: 'ten tabs a day of a hundred people; the oldest of those who left are forgotten first',
  },
} as const satisfies LimitTable
