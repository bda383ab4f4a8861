import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { childrenOf, commandOf } from '../bench/processor-time.ts'
import { createDocument, createPerson } from '../helpers/people.ts'
import { until } from '../helpers/until.ts'
import { makeDataDir, startApp } from '../helpers/process/app-process.ts'

const home = makeDataDir()
afterAll(() => rmSync(home, { recursive: true, force: true }))

test('issue 10.4: asked to stop while something is converted, it ends within 5 s, in order, and leaves nothing', async () => {
  const temporary = join(home, 'tmp')
  mkdirSync(temporary, { mode: 0o755 })
  const app = startApp({ DATA_DIR: join(home, 'data'), PORT: '0', TMPDIR: temporary })
  const url = await app.ready()
  const person = await createPerson(url)
  const { projectId } = await createDocument(person, { kind: 'spec', title: 'Lamp', template: 'spec' })
  let isOver = false
  const asked = person
    .ask('POST', `/api/projects/${projectId}/revisions`, {})
    .then(({ status }) => status)
    .catch(() => 0)
    .finally(() => (isOver = true))
  const converters = () => childrenOf(app.pid).filter((pid) => commandOf(pid).includes('converter.js'))
  await until('a conversion to be under way', () => converters().length > 0, 60)
  const pids = converters()
  // held where it is, however quick the machine
  for (const pid of pids) process.kill(pid, 'SIGSTOP')
  expect(isOver).toBe(false)
  expect(folders(temporary)).not.toEqual([])

  // what does not end in order by then ends with 1 before the 5 s are over
  expect(await app.end('SIGTERM')).toBe(0)
  // refused, or its socket was closed: never answered as if it had been done
  expect([0, 503]).toContain(await asked)
  await until('the converters to be gone', () => pids.every((pid) => commandOf(pid) === ''))
  expect(folders(temporary)).toEqual([])
}, 120_000)

const folders = (temporary: string) =>
  readdirSync(temporary).filter((name) => name.startsWith('countersign-convert-'))
