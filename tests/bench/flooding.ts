import { fork } from 'node:child_process'
import { createPerson, password, type Person } from '../helpers/people.ts'
import type { CountersignProcess } from './countersign.ts'
import type { FloodAnswers } from './flood-sender.ts'
import { percentile } from './percentile.ts'
import { requestFrom, type RequestFrom } from './request-from.ts'

/** What somebody of another network waits for their list of projects, in milliseconds. */
export interface Waits {
  p50: number
  p95: number
  longest: number
  /** How the flood was answered, e.g. `401 × 20, 429 × 530`. */
  answers: string
}

const requests = 550
const readEachMs = 20
/** A network may ask 600 times a minute; the reader moves to the next one before. */
const readsPerNetwork = 250

/** Hundreds of requests of one network at once, and what a reader of another one waits meanwhile. */
export async function runFlooding({
  origin,
  owner,
}: CountersignProcess): Promise<{ name: string; result: Waits }[]> {
  await owner.post('/api/projects', { name: 'Lamp' })
  const member = await createPerson(origin)
  const flood = (
    network: number,
    path: string,
    cookie: string,
    body: (at: number) => unknown,
  ): RequestFrom[] =>
    Array.from({ length: requests }, (_, at) => ({
      localAddress: `127.0.${network}.1`,
      origin,
      method: 'POST',
      path,
      cookie,
      body: JSON.stringify(body(at)),
    }))
  const floods = {
    'sign-ins': flood(1, '/api/sessions', '', (at) => ({ email: `p${at}@example.com`, password })),
    registrations: flood(2, '/api/accounts', '', (at) => ({
      email: `n${at}@example.com`,
      name: 'Lin Yue',
      password,
      locale: 'en',
    })),
    'new projects': flood(3, '/api/projects', member.cookie, (at) => ({ name: `Lamp ${at}` })),
  }
  const reader = readerOf(owner)
  const results = [{ name: 'nothing else', result: await reader.readWhile(() => nothingFor(5_000)) }]
  for (const [name, all] of Object.entries(floods))
    results.push({ name: `${requests} ${name}`, result: await reader.readWhile(() => sendApart(all)) })
  return results
}

function readerOf({ url, cookie }: Person) {
  let reads = 0
  async function read(): Promise<number> {
    const localAddress = `127.1.${Math.floor(reads++ / readsPerNetwork)}.1`
    const asked = performance.now()
    const status = await requestFrom({
      localAddress,
      origin: url,
      method: 'GET',
      path: '/api/projects',
      cookie,
    })
    if (status !== 200) throw new Error(`the reader was answered ${status}`)
    return performance.now() - asked
  }
  return {
    async readWhile(act: () => Promise<FloodAnswers>): Promise<Waits> {
      const waits: Promise<number>[] = []
      const timer = setInterval(() => waits.push(read()), readEachMs)
      const answers = await act()
      clearInterval(timer)
      const took = await Promise.all(waits)
      return {
        p50: percentile(took, 50),
        p95: percentile(took, 95),
        longest: Math.max(...took),
        answers: Object.entries(answers)
          .map(([status, count]) => `${status} × ${count}`)
          .join(', '),
      }
    },
  }
}

/** Sends from a process of its own, so that the reader's clock is not kept waiting by the sending. */
function sendApart(flood: RequestFrom[]): Promise<FloodAnswers> {
  const sender = fork(new URL('./flood-sender.ts', import.meta.url))
  sender.send(flood)
  return new Promise((answered, failed) => {
    sender.once('message', (answers) => answered(answers as FloodAnswers))
    sender.once('exit', (code) => failed(new Error(`the sender ended with ${code}`)))
  })
}

const nothingFor = (ms: number): Promise<FloodAnswers> =>
  new Promise((done) => setTimeout(() => done({}), ms))
