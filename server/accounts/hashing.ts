/* oxlint-disable unicorn/require-post-message-target-origin -- a thread's port, not a window */
import { Worker } from 'node:worker_threads'
import { hash, verify } from '@node-rs/argon2'

/** argon2id with the least cost that OWASP names: 19 MiB, two passes, one lane; about 80 ms. */
export const cost = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const

/** What hashes passwords, and tells whether one fits a hash. */
export interface Hashing {
  hash(password: string): Promise<string>
  verify(passwordHash: string, password: string): Promise<boolean>
}

/** What a thread is asked: to hash a password, or whether it fits a hash. */
export interface Asked {
  password: string
  passwordHash: string | null
}

/** Null where it failed. */
export type Answer = string | boolean | null

/** Hashes in libuv's threads, which have the priority of the process. */
export const hashingHere: Hashing = { hash: (password) => hash(password, cost), verify }

/** So long threads stay that have nothing to do (ms). */
const idleMs = 60_000

/**
 * Hashes in at most so many threads of its own, which come behind all else that the machine has to do: nobody feels how
 * many strangers sign up. They are there, 9 MB each, while several passwords come at a time; what comes alone, or what
 * none of them is free for or fails at, is done as by `hashingHere`.
 */
export function openHashing(most: number): Hashing {
  const url = import.meta.url
  // in development and tests nothing is bundled, and tests hash more cheaply than the thread would
  if (url.endsWith('.ts')) return hashingHere
  const free: Worker[] = []
  let [started, running] = [0, 0]
  let idle: NodeJS.Timeout | undefined

  function start(): void {
    started++
    const worker = new Worker(new URL('./hashing-worker.js', url))
    worker.unref()
    // it is ready
    worker.once('message', () => free.push(worker))
    worker.on('error', () => {})
    // one that ends by itself is not started again: the next would do so too
    worker.once('exit', () => free.includes(worker) && free.splice(free.indexOf(worker), 1))
  }

  function rest(): void {
    for (const worker of free.splice(0)) {
      started--
      void worker.terminate()
    }
  }

  const answerOf = (worker: Worker, asked: Asked): Promise<Answer> =>
    new Promise((resolve) => {
      const lose = () => resolve(null)
      worker.once('exit', lose)
      worker.once('message', (answer: Answer) => {
        worker.off('exit', lose)
        free.push(worker)
        resolve(answer)
      })
      worker.postMessage(asked)
    })

  async function ask<Result extends Answer>(asked: Asked, here: () => Promise<Result>): Promise<Result> {
    running++
    try {
      const worker = running > 1 ? free.pop() : undefined
      if (running > 1 && !worker && started < most) start()
      const answer = worker ? await answerOf(worker, asked) : null
      return answer === null ? await here() : (answer as Result)
    } finally {
      running--
      clearTimeout(idle)
      idle = setTimeout(rest, idleMs).unref()
    }
  }

  return {
    hash: (password) => ask({ password, passwordHash: null }, () => hashingHere.hash(password)),
    verify: (passwordHash, password) =>
      ask({ password, passwordHash }, () => hashingHere.verify(passwordHash, password)),
  }
}
