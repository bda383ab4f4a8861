import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RunningServer } from '../../server/open-server.ts'
import { actions } from '../../shared/permissions.ts'
import { startServer } from '../helpers/server.ts'
import { answerTo } from '../helpers/access/acts-answer.ts'
import { inProject, ofPeople, words } from '../helpers/access/acts.ts'
import { actors, openPlace, type Actor } from '../helpers/access/acts-place.ts'

/** Every route that changes something, asked by everybody there is, with what it needs to be done. */

let server: RunningServer
beforeAll(async () => {
  server = await startServer({ isAllowedAddress: () => true })
})
afterAll(() => server.close())

type Rows = (typeof inProject)[string]

async function answersTo(route: string, row: Rows[number]): Promise<Record<Actor, string>> {
  const answers = await Promise.all(
    actors.map(async (who) => [who, await answerTo(await openPlace(server, who), route, row)] as const),
  )
  return Object.fromEntries(answers) as Record<Actor, string>
}

const outside = ['gone', 'gone', 'sign']
const expected = (answers: string, more: string[]): Record<Actor, string> => {
  const told = [...answers.split(' '), ...more].map((word) => words[word] ?? word)
  expect(told).toHaveLength(actors.length)
  return Object.fromEntries(actors.map((who, index) => [who, told[index]!])) as Record<Actor, string>
}

test('every route that changes something is in the table, and nothing else', async () => {
  const paths = (
    (await (await fetch(`${server.url}/api/openapi.json`)).json()) as {
      paths: Record<string, Record<string, { 'x-permission': string }>>
    }
  ).paths
  const changing = (isInProject: boolean) =>
    Object.entries(paths)
      .flatMap(([path, methods]) =>
        Object.entries(methods).map(([method, operation]) => ({
          route: `${method.toUpperCase()} ${path}`,
          isInProject: (actions as string[]).includes(operation['x-permission']),
        })),
      )
      .filter(({ route, isInProject: inside }) => !route.startsWith('GET') && inside === isInProject)
      .map(({ route }) => route)
      .toSorted()
  expect(Object.keys(inProject).toSorted()).toEqual(changing(true))
  expect(Object.keys(ofPeople).toSorted()).toEqual(changing(false))
})

const rowsOf = (table: Record<string, Rows>) =>
  Object.entries(table).flatMap(([route, rows]) => rows.map((row) => [route, row[0], row] as const))

describe('who may do what in a project', () => {
  test.each(rowsOf(inProject))('%s: %s', async (route, _what, row) => {
    expect(await answersTo(route, row)).toEqual(expected(row[1], outside))
  })
})

describe('what people may do with accounts, sessions and links', () => {
  test.each(rowsOf(ofPeople))('%s: %s', async (route, _what, row) => {
    expect(await answersTo(route, row)).toEqual(expected(row[1], []))
  })
})
