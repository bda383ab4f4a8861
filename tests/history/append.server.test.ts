import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { postgresLog } from '../../server/history/log.ts'
import { CommitUnknown, type Log } from '../../server/rooms/ports.ts'
import { defaultLimits } from '../../shared/limits.ts'
import { patchQueries } from '../helpers/db/patched-queries.ts'
import { createLogDatabase } from '../helpers/rooms/log-database.ts'
import { changeOf, paragraph } from '../helpers/rooms/wire-client.ts'

let opened: Awaited<ReturnType<typeof createLogDatabase>>
beforeAll(async () => (opened = await createLogDatabase()))
afterAll(() => opened.drop())

/** A log as each of two processes has one, which knows only what it wrote itself. */
const openLog = (): Log => postgresLog(opened.database, defaultLimits)

/** A text of which each word is an update. */
function written() {
  const { doc, text, update } = paragraph('first')
  const updates = [update]
  return {
    text: () => doc.getXmlFragment('default').toString(),
    next(roomId: string) {
      const own = updates.shift() ?? changeOf(doc, () => text.insert(text.length, ' more'))
      return [{ roomId, userId: 'ada', update: own, clientIds: [] }]
    },
  }
}

const numbersOf = async (log: Log, roomId: string) => (await log.since(roomId, 0)).map(({ seq }) => seq)

it('numbers on behind what another process has logged', async () => {
  const roomId = await opened.newRoom()
  const [one, other] = [openLog(), openLog()]
  const { next } = written()
  for (const log of [one, one, other, other, one, one, other]) await log.append(next(roomId))
  expect(await numbersOf(one, roomId)).toEqual([1, 2, 3, 4, 5, 6, 7])
})

it('numbers on behind what another process has logged and folded', async () => {
  const roomId = await opened.newRoom()
  const [one, other] = [openLog(), openLog()]
  const { next } = written()
  await one.append(next(roomId))
  for (let count = 0; count < 3; count++) await other.append(next(roomId))
  await other.compact(roomId)
  await one.append(next(roomId))
  expect((await one.load(roomId)).updates).toHaveLength(1)
  expect(await numbersOf(one, roomId)).toEqual([1, 2, 3, 4, 5])
})

it('numbers a group anew of which one document has gone on elsewhere', async () => {
  const [here, both] = [await opened.newRoom(), await opened.newRoom()]
  const [one, other] = [openLog(), openLog()]
  const [own, shared] = [written(), written()]
  await one.append([...own.next(here), ...shared.next(both)])
  await other.append(shared.next(both))
  await one.append([...own.next(here), ...shared.next(both), ...own.next(here)])
  expect(await numbersOf(one, here)).toEqual([1, 2, 3])
  expect(await numbersOf(one, both)).toEqual([1, 2, 3])
})

it('leaves no number out when appends fail or meet', async () => {
  const roomId = await opened.newRoom()
  const log = openLog()
  const { next } = written()
  await log.append(next(roomId))
  const [entry] = next(roomId)
  await expect(log.append([{ ...entry!, userId: 'nobody' }])).rejects.toMatchObject({ code: 'not_found' })
  await Promise.allSettled([
    log.append(next(roomId)),
    log.append([{ ...entry!, userId: 'nobody' }]),
    log.append(next(roomId)),
  ])
  await log.append([entry!])
  expect(await numbersOf(log, roomId)).toEqual([1, 2, 3, 4])
})

it('waits for nobody who holds the row of a document', async () => {
  const [held, roomId] = [await opened.newRoom(), await opened.newRoom()]
  const log = openLog()
  await opened.database.transaction(async (tx) => {
    await tx.execute(sql`select from resources where id = ${held} for no key update`)
    await log.append([...written().next(held), ...written().next(roomId)])
  })
  expect(await numbersOf(log, held)).toEqual([1])
})

it('says that it is not known what became of a commit when its answer is lost, and numbers on', async () => {
  const roomId = await opened.newRoom()
  const log = openLog()
  const { next } = written()
  await log.append(next(roomId))
  const restore = patchQueries(({ name, done, run }) => {
    if (!name?.startsWith('append')) return run()
    restore()
    return run(() => done!(new Error('Connection terminated')))
  })
  onTestFinished(restore)
  await expect(log.append(next(roomId))).rejects.toThrow(CommitUnknown)
  await log.append(next(roomId))
  expect(await numbersOf(log, roomId)).toEqual([1, 2, 3])
})

it('says that nothing was kept where the database refused it', async () => {
  const refused = openLog().append(written().next('no such document'))
  await expect(refused).rejects.toMatchObject({ code: 'not_found' })
  await expect(refused).rejects.not.toBeInstanceOf(CommitUnknown)
})
