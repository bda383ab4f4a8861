import { appendFile, mkdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { eq } from 'drizzle-orm'
import { pino } from 'pino'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { defaultLimits } from '../../shared/limits.ts'
import { createPackageChecks } from '../../server/signoff/package-checks.ts'
import { listSummaries } from '../../server/signoff/revisions.ts'
import { packageChecks, revisions } from '../../server/signoff/tables.ts'
import type { FileStore } from '../../server/files/store.ts'
import type { Flaw, RevisionSummary } from '../../shared/signoff.ts'
import type { RoomEvent } from '../../shared/wire/events.ts'
import { openWorld, type World } from '../helpers/access/world.ts'
import { lampProject } from '../helpers/signoff/lamp-project.ts'
import { until } from '../helpers/until.ts'

/** A package that was changed, cut or removed where files are kept is told wherever its revision is shown as signed. */

let world: World
let lamp: Awaited<ReturnType<typeof lampProject>>
let id: string
let path: string
/** Where the package lies, and what it is. */
let file: string
let bytes: Buffer

beforeAll(async () => {
  world = await openWorld()
  lamp = await lampProject(world)
  const put = await lamp.put('壁厚 2.8 mm')
  for (const who of [lamp.designer, lamp.maker]) await lamp.sign(who, put)
  await world.sealing.settled(put.id, 60_000)
  id = put.id
  path = `${lamp.path}/revisions/${id}`
  const [row] = await world.database.select().from(revisions).where(eq(revisions.id, id))
  const sha256 = row!.packageSha256!
  file = join(world.folder, 'files', sha256.slice(0, 2), sha256.slice(2, 4), sha256)
  bytes = await readFile(file)
}, 120_000)
afterAll(() => world.close())

const shown = async () => {
  const { revisions: listed } = (await lamp.maker.get(`${lamp.path}/revisions`)).body
  return (listed as RevisionSummary[]).find((one) => one.id === id)!
}
const flaws = async () => (await shown()).flaws.join()
const told = () =>
  world.events.flatMap((event) =>
    event.type === 'revision.saved' && event.revision.id === id ? [event.revision.flaws.join()] : [],
  )

/** All that shows or hands out the revision, as who asks sees it. */
async function everywhere() {
  const listed = await shown()
  const page = (await lamp.maker.get(path)).body.revision as RevisionSummary
  const { notices } = (await lamp.maker.get('/api/notices')).body
  const about = (notices as { revisionId: string | null; revisionBroken: boolean }[]).filter(
    ({ revisionId }) => revisionId === id,
  )
  const files = ['revision.pdf', 'revision.md', 'package.zip']
  const replies = await Promise.all(files.map((name) => lamp.maker.get(`${path}/${name}`)))
  return {
    list: [listed.integrity, ...listed.flaws],
    page: [page.integrity, ...page.flaws],
    bell: [...new Set(about.map(({ revisionBroken }) => revisionBroken))],
    files: replies.map(({ status, body }) => (status === 200 ? 200 : `${status} ${body.error.code}`)),
  }
}
const whole = { list: ['ok'], page: ['ok'], bell: [false], files: [200, 200, 200] }
const broken = (flaw: Flaw) => ({
  list: ['broken', flaw],
  page: ['broken', flaw],
  bell: [true],
  files: ['409 revision_broken', '409 revision_broken', '409 revision_broken'],
})
const putBack = () => writeFile(file, bytes)

beforeEach(async () => {
  await putBack()
  await world.packages.read(id)
  expect(await flaws()).toBe('')
})

const changed = () => {
  const other = Buffer.from(bytes)
  other[400] = other[400]! ^ 1
  return other
}

describe.each<[string, Flaw, () => Promise<void>]>([
  ['removed', 'package_file_missing', () => rm(file)],
  ['cut', 'package_file_changed', () => truncate(file, bytes.length - 1)],
  ['added to', 'package_file_changed', () => appendFile(file, 'x')],
  ['emptied', 'package_file_changed', () => truncate(file, 0)],
  ['changed in place', 'package_file_changed', () => writeFile(file, changed())],
])('a package that was %s', (_, flaw, harm) => {
  test('is told in the list, on the page, in the bell and by every download, and to open pages; put back it counts again', async () => {
    expect(await everywhere()).toEqual(whole)
    await harm()
    await until('the list to tell', async () => (await flaws()) === flaw)
    expect(told().at(-1)).toBe(flaw)
    expect(await everywhere()).toEqual(broken(flaw))
    // kept: whoever reads it without a look at the store, as after a start, is told too
    const [kept] = await listSummaries(world.database, world.key, lamp.projectId)
    expect(kept!.flaws).toEqual([flaw])

    await putBack()
    await until('it to be whole', async () => (await flaws()) === '')
    expect(told().at(-1)).toBe('')
    expect(await everywhere()).toEqual(whole)
  })

  test('is told at once by the download that meets it', async () => {
    // looked at just now, so that the next reading does not
    await flaws()
    await harm()
    expect((await lamp.maker.get(`${path}/package.zip`)).status).toBe(409)
    expect(told().at(-1)).toBe(flaw)
    expect(await flaws()).toBe(flaw)
  })
})

test('where the disk is away nothing is told of what is on it, and no download calls it broken', async () => {
  const folder = join(world.folder, 'files')
  await rename(folder, `${folder}-away`)
  await mkdir(folder)
  const before = told().length
  const warned = () => world.logged.filter((line) => line.includes('package not checked')).length
  await until('a look in vain', async () => (await flaws()) === '' && warned() > 0)
  expect((await lamp.maker.get(path)).body.revision.integrity).toBe('ok')
  const reply = await lamp.maker.get(`${path}/package.zip`)
  expect([reply.status, reply.body.error.code]).toEqual([503, 'package_unchecked'])
  await rm(folder, { recursive: true })
  await rename(`${folder}-away`, folder)
  expect(told().slice(before)).toEqual([])
  expect(await everywhere()).toEqual(whole)
})

describe('in the background', () => {
  /** Checks of their own beside the world's, with what they told. */
  function checksWith(store: Pick<FileStore, 'look' | 'open'>) {
    const events: RoomEvent[] = []
    const logged: string[] = []
    const { database, key } = world
    const checks = createPackageChecks({
      database,
      store,
      key,
      publish: (_, event) => void events.push(event),
      logger: pino({ level: 'info' }, { write: (line) => void logged.push(line) }),
      limits: defaultLimits,
      firstPauseMs: 1,
      roundMs: 20,
    })
    const flawsTold = () =>
      events.flatMap((event) => (event.type === 'revision.saved' ? [event.revision.flaws.join()] : []))
    return { checks, flawsTold, logged }
  }
  const finding = async () => {
    const [row] = await world.database.select().from(packageChecks).where(eq(packageChecks.revisionId, id))
    return row!.finding
  }

  test('each is read after the start, whatever the store says of it; what is put back is found by the next round', async () => {
    let isHarmed = true
    const harmed: Pick<FileStore, 'look' | 'open'> = {
      look: (sha256) => world.files.look(sha256),
      async open(sha256) {
        const kept = (await world.files.open(sha256))!
        if (!isHarmed) return kept
        return { ...kept, read: async (...where) => (await kept.read(...where)).map((byte) => byte ^ 1) }
      },
    }
    const { checks, flawsTold } = checksWith(harmed)
    checks.start()
    await until('it to be told', () => flawsTold().at(-1) === 'package_file_changed')
    expect(await finding()).toBe('changed')
    isHarmed = false
    await until('it to be whole', () => flawsTold().at(-1) === '')
    expect(await finding()).toBeNull()
    await checks.stop()
    expect(flawsTold()).toEqual(['package_file_changed', ''])
  })

  test('one that was found whole is not read again before it is due', async () => {
    let opened = 0
    const { checks } = checksWith({
      look: (sha256) => world.files.look(sha256),
      open: (sha256) => ((opened += 1), world.files.open(sha256)),
    })
    checks.start()
    const first = (await checkedAt())!
    await until('it to be read', async () => (await checkedAt())! > first)
    const [before] = [opened]
    for (let looks = 0; looks < 3; looks += 1) await checks.look([lamp.projectId])
    expect(opened).toBe(before)
    await checks.stop()
  })
  const checkedAt = async () => {
    const [row] = await world.database.select().from(packageChecks).where(eq(packageChecks.revisionId, id))
    return row!.checkedAt
  }

  test('a store that does not answer keeps nobody waiting for long, and the next one not at all', async () => {
    const { checks } = checksWith({ look: () => new Promise(() => {}), open: () => new Promise(() => {}) })
    await checks.look([lamp.projectId])
    const began = performance.now()
    for (let looks = 0; looks < 20; looks += 1) await checks.look([lamp.projectId])
    expect(performance.now() - began).toBeLessThan(400)
    expect(await finding()).toBeNull()
    await checks.stop()
  })

  test('a store that fails is told to the operator, and changes nothing that was found', async () => {
    const failing = () => Promise.reject(new Error('no route to the store'))
    const { checks, flawsTold, logged } = checksWith({ look: failing, open: failing })
    await checks.look([lamp.projectId])
    await checks.read(id)
    checks.start()
    await until('three failures', () => logged.filter((line) => line.includes('no route')).length > 2)
    await checks.stop()
    expect(flawsTold()).toEqual([])
    expect(await finding()).toBeNull()
  })
})
