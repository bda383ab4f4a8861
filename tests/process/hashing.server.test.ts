import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { expect, test } from 'vitest'
import { createPerson, password } from '../helpers/people.ts'
import { until } from '../helpers/until.ts'
import { makeDataDir, startApp } from '../helpers/process/app-process.ts'

/** The priority of each of a process's threads, and its time on processors, in ticks of 10 ms. */
const threadsOf = (pid: number): { nice: number; ticks: number }[] =>
  readdirSync(`/proc/${pid}/task`).map((thread) => {
    const [, rest] = /.*\) (.*)/s.exec(readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8'))!
    const fields = rest!.split(' ').map(Number)
    return { nice: fields[16]!, ticks: fields[11]! + fields[12]! }
  })

// only there has each thread a priority
test.runIf(process.platform === 'linux')(
  'many passwords are hashed behind all else that the machine has to do, and open their accounts',
  async () => {
    const dataDir = makeDataDir()
    const app = startApp({ DATA_DIR: dataDir, PORT: '0' })
    const url = await app.ready()
    const idle = threadsOf(app.pid)
    expect(idle.every(({ nice }) => nice === 0)).toBe(true)
    const person = await createPerson(url)
    const signIn = () =>
      fetch(`${url}/api/sessions`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Origin: url },
        body: JSON.stringify({ email: person.user.email, password }),
      }).then(({ status }) => status)
    await until('both threads to have hashed', async () => {
      const flood = Array.from({ length: 5 }, () => createPerson(url).then(() => 201))
      expect(await Promise.all([...flood, signIn()])).toEqual([201, 201, 201, 201, 201, 201])
      return threadsOf(app.pid).filter(({ nice, ticks }) => nice > 0 && ticks > 20).length === 2
    })
    expect(await app.end('SIGTERM')).toBe(0)
    rmSync(dataDir, { recursive: true, force: true })
  },
)
