import type { LimitTable } from './limit.ts'

/** Limits of what a document may hold. */
export const textsLimits = {
  documentBytes: {
    value: 33_554_432,
    unit: 'bytes of encoded history',
    reason: 'a million keystrokes are 2 to 5 MB',
  },
  unfoldedUpdates: {
    value: 5_000,
    unit: 'updates behind the base of a text; more are folded also while people write, once a minute at most',
    reason:
      'two minutes of five people who type; whoever opens, searches, versions or signs the text goes through each',
  },
  repairTries: {
    value: 3,
    unit: 'times that an old text is repaired, in a process of its own, when it is opened',
    reason:
      'somebody who writes meanwhile makes it another text; then it is shown as it is, and repaired a minute later',
  },
  historyBytes: {
    value: 536_870_912,
    unit: 'bytes of logged edits and their history a project',
    reason:
      'a year of ten people at work is 50 MB; one member cannot fill the disk of all by typing and deleting',
  },
  trailBytesPerHour: {
    value: 1_048_576,
    unit: 'bytes of entries in trails an hour and person, half of them at once',
    reason:
      'two thousand acts; nothing of a trail ever goes, and it is hashed whole at each look at a revision',
  },
  projectTrailBytes: {
    value: 134_217_728,
    unit: 'bytes of the entries of a project’s trail; then only what ends, closes or takes away is done',
    reason: 'three hundred thousand acts, 80 a day for ten years; the database hashes them in 1.5 s',
  },
  nestingDepth: { value: 64, unit: 'levels', reason: 'the schema nests 12 deep; deeper overflows stacks' },
  runCharacters: {
    value: 10_000,
    unit: 'Latin characters without a break opportunity; any other counts 20, Thai and its like 4',
    reason: 'laying it out is quadratic: 0.3 s; a minified file or a key is shorter',
  },
  elementsPerDocument: {
    value: 50_000,
    unit: 'paragraphs, cells, pictures and other elements',
    reason: 'a text of 500 pages has 15,000; everybody who opens it builds and lays out each of them',
  },
  columnsPerTable: {
    value: 400,
    unit: 'columns',
    reason: 'one for each day of a year; every row is laid out as wide as the widest',
  },
  placesPerTable: {
    value: 20_000,
    unit: 'rows times columns of a table',
    reason: 'a view and a print build each place; the room repairs no larger one',
  },
  formatsPerText: {
    value: 10_000,
    unit: 'beginnings and ends of formats in one paragraph',
    reason: 'a page with each word in another format has 1,000; a view splits the text at each',
  },
  versionsPerDocument: {
    value: 2_000,
    unit: 'versions a document',
    reason: 'one each working day for eight years; they are read in pages',
  },
  projectVersionBytes: {
    value: 1_073_741_824,
    unit: 'bytes that the kept versions of a project take in the database',
    reason: 'a thousand versions of a hundred pages',
  },
  revisionsPerProject: {
    value: 1_000,
    unit: 'revisions a project, withdrawn ones too',
    reason: 'a project that takes forty is long; who opens the list has all their signatures checked',
  },
  projectRecordBytes: {
    value: 2_147_483_648,
    unit: 'bytes that the revisions of a project, withdrawn ones too, take in the database',
    reason: 'a thousand revisions of two hundred pages with all their points',
  },
} as const satisfies LimitTable
