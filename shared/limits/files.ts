import type { LimitTable } from './limit.ts'

/** Limits of files on their way in, and what a project holds. */
export const filesLimits = {
  fileBytes: { value: 26_214_400, unit: 'bytes', reason: 'a 25 MB photo; a phone picture is 3 to 12 MB' },
  uploadsPerPerson: {
    value: 8,
    unit: 'uploads at a time of a person',
    reason: 'a page sends three at a time; two devices of one person fit',
  },
  uploadsPerNetwork: {
    value: 32,
    unit: 'uploads at a time of one /48 of IPv6 or /24 of IPv4',
    reason: 'ten people of an office who each send three; accounts cost nothing, networks do',
  },
  uploadsAtOnce: {
    value: 128,
    unit: 'uploads at a time of all; half of them are for networks that send nothing else',
    reason: 'each holds a connection and an open file for as long as a slow phone takes',
  },
  stagedBytesPerPerson: {
    value: 104_857_600,
    unit: 'bytes on their way in, as they are announced, of a person',
    reason: 'four of the largest pictures at once; a slow sender holds a tenth of what all have',
  },
  stagedBytesPerNetwork: {
    value: 536_870_912,
    unit: 'bytes that have come and are not kept yet, of one /48 of IPv6 or /24 of IPv4',
    reason: 'twenty of the largest pictures at once; half of what all have',
  },
  stagedBytes: {
    value: 1_073_741_824,
    unit: 'such bytes of all; half of them are for networks that send nothing else',
    reason: 'forty of the largest pictures at once; what is not looked at yet fills no disk',
  },
  diskReserveBytes: {
    value: 67_108_864,
    unit: 'bytes of the disk that uploads leave free',
    reason: 'texts, comments and signatures are still saved when pictures no longer are',
  },
  packageLooksAtOnce: {
    value: 8,
    unit: 'packages of revisions that are looked for in the store at a time, of one look',
    reason: 'a look at a list of a thousand leaves the disk to others',
  },
  packageLookMs: {
    value: 2_000,
    unit: 'milliseconds for which what was looked for in the store is not looked for again',
    reason: 'a page asks for several lists at once, and a hundred people open it after a meeting',
  },
  packageReadBytesPerSecond: {
    value: 67_108_864,
    unit: 'bytes a second of a package that is read as something was wrong with it',
    reason: 'somebody waits for what it says; the largest takes 8 s, and others have their turns in between',
  },
  packageCheckBytesPerSecond: {
    value: 8_388_608,
    unit: 'bytes a second of packages that are read in the background, each once a day',
    reason: 'so slow that nobody notices it; 700 GB a day',
  },
  imagePixels: { value: 60_000_000, unit: 'pixels', reason: 'decoding 60 MP takes 240 MB of memory' },
  projectBytes: { value: 5_368_709_120, unit: 'bytes', reason: 'one project cannot fill the disk of all' },
  revisionFileBytes: {
    value: 268_435_456,
    unit: 'bytes of the pictures of a revision',
    reason: 'eighty phone photos; a print has all of them in memory, here and in its converter process',
  },
  documentsPerProject: {
    value: 500,
    unit: 'documents',
    reason: 'each may be 32 MB; a product has a dozen',
  },
} as const satisfies LimitTable
