import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { postgresLog } from '../../../server/history/log.ts'
import { defaultLimits } from '../../../shared/limits.ts'
import type { Log } from '../../../server/rooms/ports.ts'
import { seededRandom } from '../../helpers/seeded-random.ts'
import { until } from '../../helpers/until.ts'
import { canonicalTextOf } from '../../helpers/rooms/canonical-text.ts'
import { people, startRooms, type RoomServer } from '../../helpers/rooms/room-server.ts'
import { UnrulyClient } from '../../helpers/rooms/unruly-client.ts'

const schedules = Number(process.env.CONVERGENCE_SCHEDULES ?? 50)
const seed = Number(process.env.CONVERGENCE_SEED ?? Math.floor(Math.random() * 2 ** 31))

let server: RoomServer
let log: Log
beforeAll(async () => {
  server = await startRooms({ limits: { updatesPerSecond: 100_000, socketsPerUser: 1_000 } })
  log = postgresLog(server.database, defaultLimits)
})
afterAll(() => server.stop())

const who = fc.nat({ max: people.length - 1 })
const step = fc.oneof(
  { weight: 10, arbitrary: fc.record({ do: fc.constant('edit' as const), who }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constantFrom('flush' as const, 'hear' as const), who }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constantFrom('connect' as const, 'disconnect' as const), who }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('forget' as const), who }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('crash' as const, 'compact' as const), who }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('wait' as const), who, ms: fc.nat({ max: 12 }) }) },
)
const schedule = fc.record({ chance: fc.nat(), steps: fc.array(step, { minLength: 30, maxLength: 120 }) })

it(`failures 14 and 16: all copies agree after any of ${schedules} schedules (CONVERGENCE_SEED=${seed})`, async () => {
  process.stdout.write(`${schedules} schedules, CONVERGENCE_SEED=${seed}\n`)
  const all = fc.asyncProperty(schedule, async ({ chance, steps }) => {
    const random = seededRandom(chance)
    const roomId = await server.newDocument()
    const clients = people.map((person) => new UnrulyClient(server, person, roomId))
    for (const client of clients) client.connect()
    for (const one of steps) {
      const client = clients[one.who]!
      if (one.do === 'edit') client.edit(random)
      else if (one.do === 'flush') client.flush(random)
      else if (one.do === 'hear') client.hear(random)
      else if (one.do === 'connect') client.connect()
      else if (one.do === 'disconnect') client.disconnect()
      else if (one.do === 'forget') client.forget()
      else if (one.do === 'crash') server.crash()
      else if (one.do === 'compact') await log.compact(roomId)
      else if (one.do === 'wait') await new Promise((done) => setTimeout(done, one.ms))
    }
    await until('every copy to be settled and the same', async () => {
      for (const client of clients) {
        client.connect()
        client.flush(random)
        client.hear(random)
      }
      if (!clients.every((client) => client.isSettled)) return false
      const text = canonicalTextOf(await server.rooms.read(roomId))
      return clients.every((client) => client.text === text)
    }).catch(async (failure: unknown) => {
      // which copy it is, and what the server had to say, is the half of finding out why
      process.stdout.write(`${JSON.stringify(clients.map((client) => client.standing))}\n`)
      for (const line of server.logLines.slice(-20)) process.stdout.write(`${JSON.stringify(line)}\n`)
      throw failure
    })
    const text = clients[0]!.text
    expect(clients.map(({ refused }) => refused)).toEqual(people.map(() => null))
    for (const client of clients) client.disconnect()
    server.crash()
    expect(canonicalTextOf(await server.rooms.read(roomId)), 'a restarted server').toBe(text)
    await log.compact(roomId)
    server.crash()
    expect(canonicalTextOf(await server.rooms.read(roomId)), 'from a folded log').toBe(text)
  })
  await fc.assert(all, { numRuns: schedules, seed, endOnFailure: schedules > 200 })
}, 7_200_000)
