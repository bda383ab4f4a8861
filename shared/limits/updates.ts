import type { LimitTable } from './limit.ts'

/** Limits of one edit of a text, and what ordering it costs. */
export const updatesLimits = {
  updateBytes: {
    value: 1_048_576,
    unit: 'bytes',
    reason: 'one edit; a pasted chapter is 100 KB, images are files',
  },
  updatesPerSecond: {
    value: 120,
    unit: 'updates a second and socket',
    reason: 'a fast typist makes 15; replay after offline is merged',
  },
  structsPerUpdate: {
    value: 60_000,
    unit: 'new items in one update',
    reason:
      'a day offline is 20,000 and a pasted chapter 10,000; each takes some microseconds, and others have their turn in between',
  },
  splits: {
    value: 20_000,
    unit: 'runs of text that one update cuts',
    reason: 'Yjs takes 2 microseconds for each; replacing a word at 3,000 places cuts 6,000',
  },
  movedItems: {
    value: 250_000_000,
    unit: 'places of an author’s list of items that one update moves, by cutting and joining them; a step of tidying formats counts 40',
    reason:
      'each takes 4 nanoseconds: 1 s at most, and others have their turn in between; deleting a text of 15,000 elements that one person wrote moves 225 million',
  },
  movedItemsPerSecond: {
    value: 1_000_000,
    unit: 'such places a second and person; what is over it is to come later',
    reason: 'half a percent of what everybody is served with',
  },
  movingUpdatesAtOnce: {
    value: 2,
    unit: 'updates at the limit of such places that may come at once',
    reason: 'two long texts that are deleted one after the other',
  },
  conflictSteps: {
    value: 1_200_000,
    unit: 'looks at an item, 0.15 microseconds each, to order one update, in whatever order its items come',
    reason:
      '1,000 blocks written offline, one by one, where others put 1,000: 0.15 s for each who opens it; here in parts of 15 ms',
  },
  conflictStepsPerSecond: {
    value: 200,
    unit: 'such looks a second, person and document; what is over it is to come later',
    reason: 'whoever opens the document may pay them again: a day of it is 2.6 s',
  },
  conflictUpdatesAtOnce: {
    value: 3,
    unit: 'updates at the limit of such looks that may come at once, of a person in a document',
    reason: 'two devices come back offline',
  },
  conflictDocumentsAtOnce: {
    value: 2,
    unit: 'documents in which a person may use up so much at once',
    reason: 'it is one thread that serves; two documents that were written offline come back',
  },
  conflictDocumentsPerSecond: {
    value: 10,
    unit: 'documents in which a person may go on so, as the second goes on',
    reason: 'who writes in more at a time is a script; it is 0.3 ms a second',
  },
  brokenChangesPerMinute: {
    value: 10,
    unit: 'changes a minute and person that are refused only when they are in the document',
    reason:
      'the document is read again for all who write in it: up to 1 s; a paste is tried two or three times',
  },
  collectedRun: {
    value: 1_000_000,
    unit: 'characters or items in one run of an update that is deleted or collected',
    reason: 'a chapter or two; a forged one of a billion freezes the server',
  },
  clientIdsPerUpdate: {
    value: 64,
    unit: 'new client ids in one update',
    reason: 'one for each tab that wrote while it was offline',
  },
  clientIdsPerPerson: {
    value: 10_000,
    unit: 'client ids of one person in one document',
    reason: 'ten tabs a day for three years; each makes the state vector that all exchange 6 bytes longer',
  },
  clientIdsAtOnce: {
    value: 500,
    unit: 'new client ids of one person in one document at once',
    reason: 'each letter of anybody in it takes 2 microseconds for each id that ever wrote there',
  },
  clientIdsPerHour: {
    value: 60,
    unit: 'new client ids an hour beyond that',
    reason: 'one for each tab and reload in which somebody writes; what is over it comes later',
  },
  writtenBytesPerMinute: {
    value: 33_554_432,
    unit: 'bytes of edits a minute, person and project',
    reason: 'thirty pasted chapters; a full history takes a quarter of an hour, not four seconds',
  },
} as const satisfies LimitTable
