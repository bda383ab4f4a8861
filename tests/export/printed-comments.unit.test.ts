import { describe, expect, test } from 'vitest'
import { findingsIn } from '../../server/export/print/print-findings.ts'
import { threadData, printData } from '../../server/export/print/print-data.ts'
import { beginningOf, commentSpace } from '../../server/export/print/printed-comments.ts'
import { canonicalJson } from '../../server/trail/canonical.ts'
import { limits } from '../../shared/limits.ts'
import type { RevisionInFull } from '../../server/signoff/in-full.ts'
import { oneOfEachSide } from '../../shared/rules/signing-policy.ts'
import { readRecord } from '../../server/signoff/signed-versions.ts'
import type { RevisionRecord } from '../../shared/signoff.ts'
import { lampRecord } from '../helpers/signoff/lamp-revision.ts'

const [like] = lampRecord.threads
const [said] = like!.comments
const point = (number: number, bodies: string[]) => ({
  ...like!,
  id: `t-${number}`,
  number,
  comments: bodies.map((body, index) => ({ ...said!, id: `c-${number}-${index}`, body })),
})
const dataOf = (record: RevisionRecord) =>
  printData(
    {
      record: readRecord(Buffer.from(JSON.stringify(record))),
      statements: [],
      summary: { state: 'open', recordSha256: 'ab'.repeat(32), requiredSigners: oneOfEachSide },
    } as unknown as RevisionInFull,
    '0'.repeat(64),
    'en',
  )
const sizeOf = (data: ReturnType<typeof dataOf>) =>
  data.points.flatMap(({ comments }) => comments).reduce((sum, { body }) => sum + body.length, 0)

test('quotations, proposed words and reasons share the space of a print with what is said', () => {
  const long = '灯'.repeat(20_000)
  const replacement = [{ type: 'text', text: long }]
  const anchor = { type: 'text', documentId: 'd', start: '', end: '', quote: long } as const
  const threads = Array.from({ length: 40 }, (_, at) => ({
    ...point(at + 1, ['Too thin.']),
    anchor,
    replacement,
    closedReason: long,
  }))
  const { points } = dataOf({ ...lampRecord, threads })
  const size = points.reduce(
    (sum, one) => sum + one.quote.length + one.proposed.length + one.closed.length,
    0,
  )
  expect(size).toBeLessThan(limits.printedCommentCharacters.value + 40 * 3 * 150)
  expect(points.every(({ isShortened }) => isShortened)).toBe(true)
})

test('a comment is cut by what it takes to print: a character that nobody sees is a code there', () => {
  const hidden = '\u200b'.repeat(1_000)
  const beginning = beginningOf(`${'x'.repeat(100)}${hidden}`, 800)
  expect(beginning).toBe(`${'x'.repeat(100)}${'\u200b'.repeat(9)}`)
  expect(beginningOf(`ab${hidden}`, Infinity)).toHaveLength(1_002)
  const { characters } = commentSpace([
    {
      ...point(1, ['x'.repeat(100), hidden.repeat(9)]),
      anchor: { type: 'project' },
      replacement: null,
      closedReason: null,
    },
  ])
  expect(characters).toBe(limits.printedCommentCharacters.value - 100)
})

describe('no amount of comments makes a project unprintable (issue 10.5)', () => {
  test('600 comments of 10,000 characters are shortened, every usual one is whole, the record holds all', () => {
    const long = Array.from({ length: 600 }, (_, index) => `${index} ${'灯臂'.repeat(4_999)}`)
    const usual = Array.from({ length: 100 }, (_, index) => point(index + 2, [`Wall ${index}`, 'Too thin.']))
    const record = {
      ...lampRecord,
      threads: [point(1, long.slice(0, 300)), point(200, long.slice(300)), ...usual],
    }
    const data = dataOf(record)
    expect(sizeOf(data)).toBeLessThan(limits.printedCommentCharacters.value + 600 * 80)
    expect(data.points.slice(2).map(({ comments }) => comments.map(({ body }) => body))).toEqual(
      usual.map(({ comments }) => comments.map(({ body }) => body)),
    )
    expect(data.points[0]!.comments[5]!.body).toMatch(
      /^5 灯臂.*… \[shortened here; all of it is in record\.json\]$/u,
    )
    const found = findingsIn(data, new Set([...JSON.stringify(data)].map((sign) => sign.codePointAt(0)!)))
    expect(found.filter(({ kind }) => kind === 'comments').map(({ place }) => place)).toEqual(['#1', '#200'])
    const whole = canonicalJson(record)
    expect(long.every((words) => whole.includes(words))).toBe(true)
  })

  test('of too many points those that are not closed are printed, and then the latest; what is left out is told', () => {
    const most = limits.printedPoints.value
    const threads = Array.from({ length: most + 500 }, (_, index) => ({
      ...point(index + 1, [`Wall ${index}`]),
      closedAt: index < most ? '2026-11-28T00:00:00.000Z' : null,
    })) as RevisionRecord['threads']
    const data = dataOf({ ...lampRecord, threads })
    const numbers = data.points.map(({ number }) => number)
    expect(numbers).toHaveLength(most)
    expect(numbers[0]).toBe(501)
    expect(numbers.at(-1)).toBe(most + 500)
    const openFirst = threads.map((thread, index) => ({
      ...thread,
      closedAt: index < 500 ? null : '2026-11-28T00:00:00.000Z',
    }))
    const other = dataOf({ ...lampRecord, threads: openFirst }).points.map(({ number }) => number)
    expect([other.slice(0, 500).at(-1), other[500]]).toEqual([500, 1_001])
    expect(data.pointsLeftOut).toBe(
      `${most} of ${most + 500} points are printed: those that are pending, and the latest; record.json holds all`,
    )
    expect(findingsIn(data, new Set()).find(({ kind }) => kind === 'points')).toEqual({
      kind: 'points',
      place: '',
      detail: `${most} / ${most + 500}`,
    })
    expect(dataOf(lampRecord).pointsLeftOut).toBe('')
  })

  test('of too many comments the latest of the longest talks are printed, and how many are left out', () => {
    const threads = Array.from({ length: 10 }, (_, index) =>
      point(
        index + 1,
        Array.from({ length: index === 0 ? 5 : 500 }, (_none, at) => `number ${at}`),
      ),
    )
    const data = dataOf({ ...lampRecord, threads })
    const counts = data.points.map(({ comments }) => comments.length)
    expect(counts.reduce((sum, count) => sum + count)).toBeLessThanOrEqual(limits.printedComments.value)
    expect(counts[0]).toBe(5)
    expect(data.points[1]!.comments.at(-1)!.body).toBe('number 499')
    expect(data.points[1]!.leftOut).toBe(
      `${500 - counts[1]!} earlier comments are not printed; record.json holds them`,
    )
  })

  test('a usual project is printed whole', () => {
    expect(commentSpace(lampRecord.threads)).toEqual({ characters: Infinity, perThread: Infinity })
    expect(dataOf(lampRecord).points.some(({ isShortened }) => isShortened)).toBe(false)
    expect(threadData(point(1, ['x'.repeat(9_000)]), new Map(), 'en', false).comments[0]!.body).toHaveLength(
      9_000,
    )
  })

  test('no sign is cut in two', () => expect(beginningOf('ab😀c', 3)).toBe('ab'))
})
