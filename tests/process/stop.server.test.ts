import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { isAlive, notedPostmaster } from '../../server/db/postmaster.ts'
import { errors } from '../../shared/errors.ts'
import { createDocument, createPerson } from '../helpers/people.ts'
import { until } from '../helpers/until.ts'
import { makeDataDir, startApp } from '../helpers/process/app-process.ts'
import { Typist } from '../helpers/process/typist.ts'

const dataDir = makeDataDir()
afterAll(() => rmSync(dataDir, { recursive: true, force: true }))

test('failure 2: asked to stop, it commits, tells every socket, takes its database along and ends within 5 s', async () => {
  const app = startApp({ DATA_DIR: dataDir, PORT: '0' })
  const url = await app.ready()
  const person = await createPerson(url)
  const { documentId } = await createDocument(person)
  const typist = new Typist('a')
  await typist.join(person, documentId)
  await until('some words', () => typist.typed > 10)
  const idle = new WebSocket(`${url.replace('http', 'ws')}/api/rooms/${documentId}`, {
    headers: { Cookie: person.cookie, Origin: url },
  })
  const closed = new Promise<number>((resolve) => idle.once('close', resolve))
  await until('the second socket', () => idle.readyState === WebSocket.OPEN)
  const postmaster = notedPostmaster(join(dataDir, 'postgres/cluster'))!
  expect(isAlive(postmaster)).toBe(true)

  // when it takes longer it gives up, with another code
  expect(await app.end('SIGTERM')).toBe(0)
  expect(await closed).toBe(errors.server_stopping.close)
  expect(isAlive(postmaster)).toBe(false)
  expect(app.said().out.split('\n').filter(Boolean)).toHaveLength(1)
})
