import { builtinModules } from 'node:module'
import { describe, expect, test } from 'vitest'
import { featureOf, filesUnder, importsOf, isCode, type Import } from '../helpers/architecture/sources.ts'

const importsUnder = (folder: string): Import[] => filesUnder(folder).filter(isCode).flatMap(importsOf)
const shared = importsUnder('shared')
const server = importsUnder('server')
const web = importsUnder('web')

/** Said as lines, so that a failure names each file that broke the rule. */
const lines = (imports: Import[]): string[] => imports.map(({ from, to }) => `${from} imports ${to}`)

test('the imports are found', () => {
  expect(shared.length).toBeGreaterThan(20)
  expect(server.length).toBeGreaterThan(300)
  expect(web.length).toBeGreaterThan(300)
  expect(server).toContainEqual({
    from: 'server/rooms/rooms.ts',
    to: 'server/rooms/room.ts',
    isOurs: true,
    isTypeOnly: false,
  })
})

describe('shared', () => {
  test('imports nothing of ours from outside', () => {
    expect(lines(shared.filter(({ isOurs, to }) => isOurs && !to.startsWith('shared/')))).toEqual([])
  })

  test('is pure: no module of Node and no package that needs a browser, a server or a disk', () => {
    const impure = /^(node:|react|@mantine|@tanstack|hono|@hono|pg$|drizzle|ws$|pino|vite)/
    expect(lines(shared.filter(({ to }) => impure.test(to) || builtinModules.includes(to)))).toEqual([])
  })

  test('is pure: names nothing that only a browser or only Node has', () => {
    const platform =
      /\b(window|localStorage|sessionStorage|indexedDB|navigator|process|Buffer|__dirname|fetch|WebSocket|setTimeout|setInterval|console)\s*[.(]|\bdocument\.(create|query|body|addEvent)/
    const impure = filesUnder('shared')
      .filter(isCode)
      .flatMap(({ path, text }) =>
        text
          .replace(/\/\*[\s\S]*?\*\/|\/\/.*|'[^'\n]*'/g, '')
          .split('\n')
          .filter((line) => platform.test(line))
          .map((line) => `${path}: ${line.trim()}`),
      )
    expect(impure).toEqual([])
  })
})

/** What crosses between server and web all the same: the API as a type. */
const mayCross = ({ from, to, isTypeOnly }: Import): boolean =>
  from === 'web/api.ts' && to === 'server/app.ts' && isTypeOnly

describe('server and web', () => {
  test('never import each other, but for the API as a type', () => {
    const crossing = [...server, ...web].filter(
      ({ isOurs, from, to }) =>
        isOurs && !to.startsWith('shared/') && from.split('/')[0] !== to.split('/')[0],
    )
    expect(lines(crossing.filter((one) => !mayCross(one)))).toEqual([])
  })

  test('nothing but tests imports from tests', () => {
    expect(lines([...shared, ...server, ...web].filter(({ to }) => to.startsWith('tests/')))).toEqual([])
  })
})

/** The features in the order of a document's life, over what carries them. */
const order =
  'db jobs conversions http accounts trail projects tokens files resources history documents guests notify review search access signoff export sample'.split(
    ' ',
  )

function mayImport({ from, to }: Import): boolean {
  const [importer, imported] = [featureOf(from)!, featureOf(to)]
  if (importer === imported) return true
  if (imported === 'rooms') return to === 'server/rooms/ports.ts'
  return imported !== null && order.indexOf(imported) < order.indexOf(importer)
}

describe('server', () => {
  const within = server.filter(
    ({ isOurs, from, to }) => isOurs && to.startsWith('server/') && featureOf(from),
  )
  const rooms = server.filter(({ from }) => featureOf(from) === 'rooms')

  test('every folder has its place in the order', () => {
    const folders = new Set(filesUnder('server').map(({ path }) => featureOf(path)))
    expect(order).toEqual(
      expect.arrayContaining([...folders].filter((folder) => folder !== null && folder !== 'rooms')),
    )
  })

  test('a feature imports only what comes before it in a document’s life; of the rooms, only their ports', () => {
    expect(lines(within.filter((one) => featureOf(one.from) !== 'rooms' && !mayImport(one)))).toEqual([])
  })

  test('the rooms know no feature and no SQL', () => {
    expect(rooms.length).toBeGreaterThan(10)
    expect(lines(rooms.filter(({ isOurs, to }) => isOurs && !/^(shared|server\/rooms)\//.test(to)))).toEqual(
      [],
    )
    expect(lines(rooms.filter(({ to }) => /^(pg|drizzle-orm)/.test(to)))).toEqual([])
  })

  test('the log, what was folded of it and its bases are read and written by the history alone', () => {
    const tables = /\bdocument(Updates|Bases|History|Clients)\b|\bdocument_(updates|bases|history|clients)\b/
    const readers = filesUnder('server').filter((file) => isCode(file) && tables.test(file.text))
    expect(readers.length).toBeGreaterThan(4)
    expect(readers.map(({ path }) => path).filter((path) => featureOf(path) !== 'history')).toEqual([])
  })

  test('exactly one file imports lucia', () => {
    const importers = server.filter(({ to }) => to === 'lucia' || to.startsWith('@lucia-auth/'))
    expect([...new Set(importers.map(({ from }) => from))]).toEqual(['server/accounts/sessions.ts'])
  })
})

/** What every feature of the web may stand on. */
const ground = new Set<string | null>(['ui', 'sync'])

function mayCompose({ from, to }: Import): boolean {
  const [importer, imported] = [featureOf(from), featureOf(to)]
  if (importer === imported || ground.has(imported)) return true
  return imported === null ? ['web/api.ts', 'web/i18n.ts'].includes(to) : importer === 'pages'
}

describe('web', () => {
  const within = web.filter(({ isOurs, from, to }) => isOurs && to.startsWith('web/') && featureOf(from))

  test('features never import each other; only pages compose them', () => {
    expect(within.length).toBeGreaterThan(100)
    expect(lines(within.filter((one) => !mayCompose(one)))).toEqual([])
  })
})

/** The parts of the browser's review, each standing on those before it; the files beside them put the parts together. */
const parts = 'pictures drafts reviewer queue anchors proposals composer publishing cards'.split(' ')

describe('the review in the browser', () => {
  const partOf = (path: string) => /^web\/review\/([^/]+)\//.exec(path)?.[1] ?? null
  const within = web.filter(({ isOurs, from, to }) => isOurs && partOf(from) && to.startsWith('web/review/'))

  test('every part has its place in the order', () => {
    const folders = new Set(filesUnder('web/review').map(({ path }) => partOf(path)))
    expect([...folders].filter((folder) => folder !== null).toSorted()).toEqual(parts.toSorted())
  })

  test('a part imports only what comes before it, and nothing of what puts the parts together but its looks', () => {
    expect(within.length).toBeGreaterThan(80)
    const wrong = within.filter(({ from, to }) => {
      const part = partOf(to)
      return part === null ? !to.endsWith('.css') : parts.indexOf(part) > parts.indexOf(partOf(from)!)
    })
    expect(lines(wrong)).toEqual([])
  })
})
