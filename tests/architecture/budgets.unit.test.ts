import { expect, test } from 'vitest'
import { filesUnder, isCode } from '../helpers/architecture/sources.ts'

/** What makes a rate, or turns in which something waits: what one person may cost others. */
const makers =
  /\bnew Rates?\(|\b(?:createTurns|createTransactionTurns|createFairQueue|createUnderWay)\(|\.buckets\(|\bperHour\(/

const makingFiles = filesUnder('server').filter((file) => isCode(file) && makers.test(file.text))

/** A number that a file keeps, with the comment before it. */
const ownNumber = /^(\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n)?(?:export )?const (\w+)(?:: \w+)? = \d[\d_. */+()-]*$/gm

test('what one may cost others is a limit, with its unit and reason: no rate and no turn has a number of its own', () => {
  expect(makingFiles.length).toBeGreaterThan(14)
  const own = makingFiles.flatMap(({ path, text }) =>
    [...text.matchAll(ownNumber)]
      // how long something takes is no amount; what is none either says so
      .filter(([, comment, name]) => !name!.endsWith('Ms') && !comment?.includes('no budget'))
      .map(([, , name]) => `${path}: ${name}`),
  )
  expect(own).toEqual([])
})

/** Numbers that are written where a rate is made: a minute, an hour, and half of what a window allows. */
const ofTime = /\/ (?:2|60|3_600|1_000)\b/g

test('nor is one written where it is made', () => {
  const makes =
    /\b(?:new Rate|\.use|createTurns|createTransactionTurns|createFairQueue|createUnderWay|perHour)\(([^;{}]*?)\)\n/g
  const calls = makingFiles.flatMap(({ path, text }) =>
    [...text.matchAll(makes)].map(([, given]) => ({ path, given: given! })),
  )
  expect(calls.length).toBeGreaterThan(10)
  const written = calls.filter(({ given }) => /\b\d/.test(given.replaceAll(ofTime, '')))
  expect(written.map(({ path, given }) => `${path}: ${given}`)).toEqual([])
})
