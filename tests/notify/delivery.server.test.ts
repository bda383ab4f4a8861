import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { isNotNull, sql } from 'drizzle-orm'
import pino from 'pino'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Transaction } from '../../server/db/database.ts'
import type { Mail } from '../../server/notify/mailer.ts'
import { jobTable } from '../../server/jobs/job-table.ts'
import { jobs } from '../../server/jobs/tables.ts'
import { startWorker, type Worker } from '../../server/jobs/worker.ts'
import { deliveryLanes } from '../../server/notify/delivery.ts'
import { requestTimeoutMs } from '../../server/notify/ssrf-guard.ts'
import { readAudience } from '../../server/notify/audience.ts'
import { recordAll } from '../../server/notify/record.ts'
import { deliveries, webhooks } from '../../server/notify/tables.ts'
import { users } from '../../server/accounts/tables.ts'
import { members, projects } from '../../server/projects/tables.ts'
import { defaultLimits } from '../../shared/limits.ts'
import { createTestDatabase, type TestDatabase } from '../helpers/db/database.ts'
import { until } from '../helpers/until.ts'

/** What receivers were sent, and how each of them answers: never, while it is silent. */
const received: { hook: string; number: number }[] = []
const held: ServerResponse[] = []
let answers: Record<string, number | 'silent'> = {}
let atOnce = 0
let mostAtOnce = 0
const receiver = createServer((request, reply) => {
  let text = ''
  mostAtOnce = Math.max(mostAtOnce, ++atOnce)
  reply.on('close', () => atOnce--)
  request.on('data', (part: Buffer) => (text += part.toString()))
  request.on('end', () => {
    const hook = request.url!.slice(1)
    received.push({ hook, number: (JSON.parse(text) as { number: number }).number })
    const answer = answers[hook] ?? 200
    if (answer === 'silent') return void held.push(reply)
    // a moment, in which another message could overtake
    setImmediate(() => reply.writeHead(answer).end())
  })
})

let own: TestDatabase
let mails: Mail[]
let posts: Worker[]
let lin: string, wang: string, projectId: string

beforeAll(() => new Promise<void>((done) => void receiver.listen(0, '127.0.0.1', done)))
afterAll(() => receiver.close())

beforeEach(async () => {
  received.length = 0
  held.length = 0
  answers = {}
  mostAtOnce = 0
  mails = []
  own = await createTestDatabase()
  const { database } = own
  const people = ['lin', 'wang'].map((name) => ({
    name,
    email: `${name}@example.com`,
    locale: 'en' as const,
    passwordHash: '-',
  }))
  ;[lin, wang] = (await database.insert(users).values(people).returning()).map(({ id }) => id) as [
    string,
    string,
  ]
  const [project] = await database.insert(projects).values({ name: 'Lamp', createdBy: lin }).returning()
  projectId = project!.id
  const membership = { projectId, side: 'design', role: 'editor' } as const
  await database.insert(members).values([lin, wang].map((userId) => ({ ...membership, userId })))
  posts = []
  return async () => {
    for (const reply of held) reply.destroy()
    await Promise.all(posts.map((post) => post.stop()))
    await own.drop()
  }
})

const takeMail = async (mail: Mail): Promise<void> => void mails.push(mail)
const post = (digestMinutes = defaultLimits.digestMinutes, send = takeMail) => {
  const mailer = { send, close() {} }
  const lanes = deliveryLanes({
    database: own.database,
    mailer,
    sendsMail: false,
    brokenAmong: async () => new Set(),
    pageOf: () => null,
    isAllowedAddress: () => true,
    url: 'http://house',
    limits: { ...defaultLimits, digestMinutes },
  })
  const started = startWorker(jobTable(own.database), lanes, pino({ level: 'silent' }))
  posts.push(started)
  return started
}
const hook = async (name: string, inProject = projectId, createdBy = lin) => {
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/${name}`
  const given = { projectId: inProject, createdBy, kind: 'json', url } as const
  const kept = { ...given, secret: 'k', locale: 'en' } as const
  const [row] = await own.database.insert(webhooks).values(kept).returning()
  return row!.id
}
/** As behind a request's commit. */
const wakeAll = () => posts.forEach((one) => one.wake())
/** Lin raises the point with this number. */
async function raise(number: number, severity: 'must' | 'note' = 'note', inProject = projectId) {
  await own.database.transaction((db) => note(db, number, severity, inProject))
  wakeAll()
}
const note = async (db: Transaction, number: number, severity: 'must' | 'note', inProject = projectId) =>
  recordAll(db, await readAudience(db, inProject, { userIds: [wang] }), [
    {
      cause: {
        projectId: inProject,
        resourceId: null,
        kind: 'raised',
        actor: { userId: lin, name: 'lin', side: 'design' },
        excerpt: 'thin',
        thread: { id: `thread-${number}`, number, severity },
      },
      recipients: new Map([[wang, 'raised']]),
    },
  ])
const sentTo = (name: string) => received.flatMap((one) => (one.hook === name ? [one.number] : []))
/** As if the pauses before the next tries were over. */
async function letTimePass() {
  await own.database.update(jobs).set({ runAt: sql`now() - interval '1 minute'` })
  wakeAll()
}

test('a receiver that never answers delays neither a must mail nor another receiver', async () => {
  answers = { dead: 'silent' }
  await hook('dead')
  await hook('alive')
  post()
  await raise(1)
  await until('the receiver to be asked', () => held.length === 1)
  await raise(2, 'must')
  await until('the mail', () => mails.length === 1)
  await until('the other receiver’s messages', () => sentTo('alive').length === 2)
  // it is still waited for, and is asked nothing more meanwhile
  expect(held[0]!.destroyed).toBe(false)
  expect(sentTo('dead')).toEqual([1])
})

test('a receiver gets its messages one at a time and in order, also of two posts and after a failure', async () => {
  await hook('busy')
  answers = { busy: 503 }
  for (const number of [1, 2, 3, 4, 5]) await raise(number)
  post()
  post()
  await until('the first try to be put off', async () => {
    const [first] = await own.database.select().from(jobs).where(isNotNull(jobs.line)).orderBy(jobs.place)
    return first!.attempts === 1 && first!.runAt.getTime() < Date.now() + 60_000
  })
  await until('its delivery to be noted', async () => (await own.database.$count(deliveries)) === 1)
  expect(sentTo('busy')).toEqual([1])
  answers = {}
  await letTimePass()
  await until('all of them', () => received.length === 6)
  expect(sentTo('busy')).toEqual([1, 1, 2, 3, 4, 5])
  expect(mostAtOnce).toBe(1)
})

test('a message that the receiver refuses holds up none of those behind it', async () => {
  await hook('choosy')
  answers = { choosy: 400 }
  await raise(1)
  post()
  await until('the refusal to be noted', async () =>
    (await own.database.select().from(jobs)).some(({ line, attempts }) => line === null && attempts === 1),
  )
  answers = {}
  await raise(2)
  await until('the next message', () => received.length === 2)
  // one that is still under way would be begun a second time
  await until('it to be done', async () => (await own.database.$count(jobs, isNotNull(jobs.line))) === 0)
  await letTimePass()
  await until('the refused one again', () => received.length === 3)
  expect(sentTo('choosy')).toEqual([1, 2, 1])
})

test('many messages that go out while a receiver is silent leave no listeners behind', async () => {
  const warnings: string[] = []
  const noteWarning = ({ name }: Error) => void warnings.push(name)
  process.on('warning', noteWarning)
  answers = { silent: 'silent' }
  await hook('silent')
  await hook('quick')
  for (let number = 1; number <= 30; number++) await raise(number)
  post()
  await until('all of them', () => received.filter((one) => one.hook === 'quick').length === 30)
  process.off('warning', noteWarning)
  expect(warnings).toEqual([])
})

test('when it is stopped, a receiver that never answers is cut off, and its message is kept', async () => {
  await hook('dead')
  answers = { dead: 'silent' }
  const stopped = post()
  await raise(1)
  await until('the receiver to be asked', () => held.length === 1)
  const asked = performance.now()
  await stopped.stop()
  // by itself it would be waited for as long
  expect(performance.now() - asked).toBeLessThan(requestTimeoutMs)
  const kept = await own.database.select().from(jobs).where(isNotNull(jobs.line))
  expect(kept).toHaveLength(1)
})

test('when it is stopped, a mail server that never answers is waited for no longer, and its mail is kept', async () => {
  let asked = 0
  const stopped = post(0, () => new Promise<void>(() => void asked++))
  await raise(1, 'must')
  await until('the mail server to be asked', () => asked === 1)
  await stopped.stop()
  const kept = await own.database.select().from(jobs)
  expect(kept.map(({ task }) => task.type)).toEqual(['mail'])
})

test('a digest is not sent while somebody adds to it: what is committed then stands in it', async () => {
  await raise(1)
  await own.database.transaction(async (db) => {
    await note(db, 2, 'note')
    const types = ['mail', 'digest', 'confirmation']
    expect(await jobTable(own.database).take({ types, gatherMs: 0 })).toBeUndefined()
  })
  post(0)
  await until('the digest', () => mails.length === 1)
  expect(mails[0]!.text).toContain('#1')
  expect(mails[0]!.text).toContain('#2')
})

test('receivers that hang hold up no other project, whoever has set them up and however many they are', async () => {
  const { database } = own
  const another = async (createdBy: string) => {
    const [made] = await database.insert(projects).values({ name: 'Lamp', createdBy }).returning()
    const membership = { projectId: made!.id, side: 'design', role: 'editor' } as const
    await database.insert(members).values([lin, wang].map((userId) => ({ ...membership, userId })))
    return made!.id
  }
  // three projects of one person, and one of another
  const hanging = [await another(lin), await another(lin), await another(lin)]
  const quiet = await another(wang)
  for (const [at, id] of hanging.entries()) {
    for (let count = 0; count < 10; count++) {
      answers[`dead-${at}-${count}`] = 'silent'
      await hook(`dead-${at}-${count}`, id)
    }
    await raise(1, 'note', id)
  }
  await hook('alive', quiet, wang)
  post()
  await until(
    'the person’s share of them to be asked',
    () => held.length === defaultLimits.deliveriesPerProject,
  )
  await raise(2, 'note', quiet)
  await until('the other project’s message', () => sentTo('alive').length === 1)
  expect(held.length).toBe(defaultLimits.deliveriesPerProject)
  expect(held.every((reply) => !reply.destroyed)).toBe(true)
})
