import { once } from 'node:events'
import { generateKeyPairSync } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { join } from 'node:path'
import { describe, expect, inject, onTestFinished, test } from 'vitest'
import { restorePopulated } from '../helpers/db/populated-database.ts'
import { makeDataDir, startApp } from '../helpers/process/app-process.ts'

function newDataDir(): string {
  const dataDir = makeDataDir()
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }))
  return dataDir
}

/** A server that takes connections and says nothing. */
async function silentServer(): Promise<{ port: number; server: Server }> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return { port: (server.address() as AddressInfo).port, server }
}

/** Starts the app, which must end by itself, and returns what it said. */
async function failToStart(environment: Record<string, string>): Promise<string> {
  const app = startApp({ PORT: '0', ...environment })
  onTestFinished(async () => void (await app.end('SIGKILL')))
  expect(await app.ended).toBe(1)
  const { out, err } = app.said()
  expect(out).toBe('')
  expect(err).not.toMatch(/\n\s+at |Error:|node:/)
  return err
}

describe('what keeps the app from starting is said in a sentence', () => {
  test('security 48: a torn, a foreign and a missing signing key, where something was signed; none is made anew', async () => {
    const { own, dataDir } = await restorePopulated()
    onTestFinished(async () => {
      await own.drop()
      rmSync(dataDir, { recursive: true, force: true })
    })
    const { user, password, host, database } = own.ownerConnection
    const environment = {
      DATA_DIR: dataDir,
      DATABASE_URL: `postgres://${user}:${String(password)}@localhost/${database}?host=${encodeURIComponent(host!)}`,
    }
    const path = join(dataDir, 'keys/signing-key.pem')
    const whole = readFileSync(path, 'utf8')
    writeFileSync(path, whole.slice(0, whole.length / 2))
    const torn = await failToStart(environment)
    expect(torn).toContain(`The file ${path} is not a whole Ed25519 key. It was left as it is.`)
    expect(readFileSync(path, 'utf8')).toBe(whole.slice(0, whole.length / 2))

    const foreign = generateKeyPairSync('ed25519').privateKey.export({
      type: 'pkcs8',
      format: 'pem',
    }) as string
    writeFileSync(path, foreign)
    expect(await failToStart({ ...environment, LANG: 'zh_CN.UTF-8' })).toMatch(/签名密钥.*signing-key\.pem/)
    expect(await failToStart(environment)).toContain('is not the one that made the stored signatures')
    expect(readFileSync(path, 'utf8')).toBe(foreign)

    rmSync(path)
    expect(await failToStart(environment)).toContain(`The signing key ${path} is missing`)
    expect(existsSync(path)).toBe(false)
  }, 120_000)

  test('every wrong variable at once, without its value', async () => {
    const said = await failToStart({
      PORT: 'many',
      DATABASE_URL: 'mysql://a:secret@b/c',
      LIMIT_FILE_BYTES: '-1',
    })
    expect(said).toMatch(/PORT[\s\S]*DATABASE_URL[\s\S]*LIMIT_FILE_BYTES/)
    expect(said).not.toContain('secret')
  })

  test('a taken port, in both languages', async () => {
    const { port } = await silentServer()
    const taken = { PORT: String(port), DATA_DIR: newDataDir() }
    expect(await failToStart(taken)).toContain(`Port ${port} on 127.0.0.1 is taken`)
    expect(await failToStart({ ...taken, LANG: 'zh_CN.UTF-8' })).toMatch(/端口.*占用/)
  })

  test('a data folder that cannot be written', async () => {
    const file = join(newDataDir(), 'file')
    writeFileSync(file, '')
    expect(await failToStart({ DATA_DIR: join(file, 'data') })).toContain(
      `The data folder ${file}/data cannot`,
    )
  })

  test('a data folder that another app uses, which goes on undisturbed', async () => {
    const { host, user, password, database } = inject('postgres').owner
    const dataDir = newDataDir()
    const environment = {
      DATA_DIR: dataDir,
      PORT: '0',
      DATABASE_URL: `postgres://${user}:${password}@localhost/${database}?host=${encodeURIComponent(host)}`,
    }
    const first = startApp(environment)
    onTestFinished(async () => void (await first.end('SIGTERM')))
    const url = await first.ready()
    const before = readdirSync(dataDir)
    expect(await failToStart(environment)).toContain(`running on the data folder ${dataDir} already`)
    expect(readdirSync(dataDir)).toEqual(before)
    expect((await fetch(`${url}/readyz`)).status).toBe(200)
  })

  test('a database that refuses, or that never answers: after a bounded wait, and without its password', async () => {
    const { port, server } = await silentServer()
    const silent = `postgres://li:secret@127.0.0.1:${port}/review`
    const said = await failToStart({ DATA_DIR: newDataDir(), DATABASE_URL: silent })
    expect(said).toContain(`The database at 127.0.0.1:${port}/review does not answer`)
    expect(said).not.toContain('secret')
    server.close()
    const refused = await failToStart({
      DATA_DIR: newDataDir(),
      DATABASE_URL: 'postgres://li:secret@127.0.0.1:1/review',
    })
    expect(refused).toContain('ECONNREFUSED')
    expect(refused).not.toContain('secret')
  })
})
