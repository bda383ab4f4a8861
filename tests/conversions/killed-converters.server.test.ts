import { eq } from 'drizzle-orm'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { hashPassword } from '../../server/accounts/passwords.ts'
import { users } from '../../server/accounts/tables.ts'
import { revisions } from '../../server/signoff/tables.ts'
import { until } from '../helpers/until.ts'
import { openWorld, type World } from '../helpers/access/world.ts'

const password = 'a lamp that is repaired'
let world: World
beforeAll(async () => (world = await openWorld()))
afterAll(() => world.close())

/** Until the test ends, kills every converter process at the moment at which one of them is given this task, so many times. */
function killAt(task: string, times = 1) {
  const { converter } = world
  const run = converter.run.bind(converter)
  const killed: string[] = []
  vi.spyOn(converter, 'run').mockImplementation((asked, input, by) => {
    const answer = run(asked, input, by)
    if (asked.name === task && killed.length < times) {
      killed.push(task)
      for (const pid of converter.pids()) process.kill(pid, 'SIGKILL')
    }
    return answer
  })
  return killed
}

async function putForward() {
  const [designer, maker] = [await world.person('Lin'), await world.person('Zhou')]
  const { projectId } = await world.project([designer, 'owner', 'design'], [maker, 'reviewer', 'manufacture'])
  const put = await designer.post(`/api/projects/${projectId}/revisions`, {})
  const id = put.body.revision.id as string
  return { designer, maker, projectId, id, path: `/api/projects/${projectId}/revisions/${id}` }
}

describe('kill -9 of a converter (issue 10.4)', () => {
  test('within a print is said in words, and the next one is printed', async () => {
    const { designer, path } = await putForward()
    const killed = killAt('print')
    const reply = await designer.get(`${path}/revision.pdf`)
    expect(killed).toHaveLength(1)
    expect(reply.status).toBe(422)
    expect(reply.body.error.code).toMatch(/^conversion_(failed|too_large)$/)
    expect((await designer.get(`${path}/revision.pdf`)).status).toBe(200)
  }, 90_000)

  test('while a picture is looked at is said in words, keeps nothing of it, and it can be sent again', async () => {
    const { designer, projectId } = await putForward()
    const picture = await sharp({ create: { width: 40, height: 30, channels: 3, background: '#345' } })
      .png()
      .toBuffer()
    const send = () =>
      designer.post(`/api/projects/${projectId}/files`, new Uint8Array(picture), {
        'content-type': 'image/png',
      })
    const killed = killAt('measure image')
    const reply = await send()
    expect(killed).toHaveLength(1)
    expect(reply.status).toBe(422)
    expect(reply.body.error.code).toMatch(/^conversion_(failed|too_large)$/)
    expect((await send()).status).toBe(201)
  }, 90_000)

  test.each(['print', 'package texts'])(
    'in the middle of a package, at its task %s, leaves no revision sealing',
    async (task) => {
      const { designer, maker, id, path } = await putForward()
      await world.database.update(users).set({ passwordHash: await hashPassword(password) })
      const killed = killAt(task)
      await designer.post(`${path}/signatures`, { password })
      expect((await maker.post(`${path}/signatures`, { password })).body.revision.state).toBe('sealing')
      await until(
        'the seal',
        async () => {
          const [row] = await world.database.select().from(revisions).where(eq(revisions.id, id))
          return row!.state === 'signed'
        },
        60,
      )
      expect(killed).toHaveLength(1)
      expect((await designer.get(`${path}/package.zip`)).status).toBe(200)
    },
    90_000,
  )
})
