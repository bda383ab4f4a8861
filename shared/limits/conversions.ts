import type { LimitTable } from './limit.ts'

/** Limits of prints and everything else that converter processes do. */
export const conversionsLimits = {
  formulaCharacters: {
    value: 2_000,
    unit: 'characters of LaTeX in print',
    reason: 'a page of mathematics; longer is printed as its source',
  },
  formulaNesting: { value: 24, unit: 'levels in print', reason: 'people nest 6 deep; deeper is its source' },
  formulaSteps: {
    value: 50_000,
    unit: 'steps of the translation for print',
    reason: 'the cost doubles with each argument inside another: 60 ms at most',
  },
  formulaParts: {
    value: 3_000,
    unit: 'parts of a formula, as KaTeX reads it; more is shown and printed as its source',
    reason:
      'one that fills a page has 500, and these take 0.1 s to draw; a page draws those near the view, one after the other between frames',
  },
  formulaDepth: {
    value: 64,
    unit: 'such parts in each other',
    reason: 'people nest 6 deep, at two to three a level; deeper ends the stack',
  },
  formulaExpansions: {
    value: 200,
    unit: 'abbreviations of KaTeX in a formula',
    reason: 'of its own commands some are; a page has a few dozen',
  },
  formulaEm: { value: 20, unit: 'em of any size in a formula', reason: 'a page is 40 wide' },
  printedFormulaSteps: {
    value: 5_000_000,
    unit: 'steps of the translation of all formulas of one print, each counted once; the rest is printed as source. Each formula counts 500 more, and each of its characters 6',
    reason: '10,000 short formulas or a hundred at the limit of one: 6 s',
  },
  printedCommentCharacters: {
    value: 300_000,
    unit: 'characters of all comments of one print; the longest are shortened, and the record holds all',
    reason: 'two hundred pages: 2 s a language',
  },
  printedComments: {
    value: 3_000,
    unit: 'comments of one print; of the longest talks the latest',
    reason: 'each is set by itself; a thousand points of three',
  },
  printedPoints: {
    value: 2_000,
    unit: 'points of one print; of more, those that are not closed and then the latest, and the record holds all',
    reason:
      'each takes 130 KB of the typesetter’s memory and 1.2 ms: whoever comments keeps nobody from signing',
  },
  signedTextCharacters: {
    value: 2_097_152,
    unit: 'characters of all texts of a revision, as JSON',
    reason:
      '400 pages, which with two thousand points take 1.1 GB of the typesetter’s memory and 15 s a language',
  },
  signedHiddenCharacters: {
    value: 20_000,
    unit: 'characters of all texts of a revision that nobody sees; each is printed as a code',
    reason:
      'each takes the typesetter half a millisecond: 10 s; what is pasted from the web has a few hundred',
  },
  conversionMs: {
    value: 60_000,
    unit: 'milliseconds of a converter process on processors; five times as long by the clock',
    reason: 'a print of 400 pages with two thousand points takes 15 s',
  },
  quickConversionMs: {
    value: 30_000,
    unit: 'milliseconds of a converter process on processors; five times as long by the clock',
    reason: 'reading a text of 100 pages takes about 0.3 s; a text of the largest size, ten times that',
  },
  conversionInputMs: {
    value: 60_000,
    unit: 'milliseconds by the clock to read what a conversion is given',
    reason: 'the largest package, 512 MB, from a slow disk takes 10 s; a place is held meanwhile',
  },
  conversionStallMs: {
    value: 20_000,
    unit: 'milliseconds by the clock of which a converter process must have been on a processor for a hundredth',
    reason: 'what is converted never waits for anything; what sleeps would hold its place for five minutes',
  },
  littleConversionMs: {
    value: 20_000,
    unit: 'milliseconds of processors; who has used more of late, as network, project or person, leaves a place to others',
    reason: 'the largest print in one language takes 15 s, a small one half a second',
  },
  conversionHalfLifeMs: {
    value: 300_000,
    unit: 'milliseconds after which half of what was used is forgotten',
    reason: 'a quarter of an hour after a print of the largest size it counts for little again',
  },
  conversionMemoryBytes: {
    value: 1_342_177_280,
    unit: 'bytes resident in a converter process',
    reason: 'a print of 400 pages with two thousand points, and a table of 6,000 cells, take 1.1 GB',
  },
  conversionAnswerBytes: {
    value: 536_870_912,
    unit: 'bytes',
    reason: 'a print whose pictures are all noise is 200 MB; an old package that is unpacked is as large',
  },
  printSourcePixels: {
    value: 1_000_000_000,
    unit: 'pixels of all pictures of one print',
    reason: 'eighty phone photos; decoding them takes half a minute',
  },
  printPixels: {
    value: 64_000_000,
    unit: 'pixels of all pictures of one print, as they are printed',
    reason: 'the typesetter keeps them decoded: 256 MB, fifteen full pages at 300 dots an inch or 130 at 100',
  },
  conversionsPerPerson: {
    value: 4,
    unit: 'long conversions of one person, at work or waiting; ten times as many quick ones',
    reason: 'two prints and a package; thirty pictures are dropped into a text at once',
  },
  conversionsWaiting: {
    value: 200,
    unit: 'long conversions that wait, of all people; then the longest line loses its last',
    reason: 'who is last still gets theirs before a browser gives up',
  },
  quickConversionsWaiting: {
    value: 200,
    unit: 'quick conversions likewise',
    reason: 'a picture and a short text wait for no print; seven people who drop thirty pictures at once',
  },
} as const satisfies LimitTable
