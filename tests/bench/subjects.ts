import { execFileSync, fork } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { WebSocket } from 'ws'
import * as decoding from 'lib0/decoding'
import { messageType } from '../../shared/wire/protocol.ts'
import { ourQuery } from '../helpers/http/our-query.ts'
import type { Person } from '../helpers/people.ts'
import { until } from '../helpers/until.ts'
import { updateFrame } from './client-frames.ts'
import { end, freePort, nodeArguments, openCountersign } from './countersign.ts'

/** How a person reaches a room of a server under test. */
export interface Door {
  url: string
  headers?: Record<string, string>
  /** Bytes in front of each frame (Hocuspocus names the document in each). */
  prefix?: Buffer
  /** What must be sent before anything else. */
  hello?: Buffer
}

/** A server under test, in a process of its own. */
export interface Subject {
  name: string
  pid: number
  /** False for a relay: it knows no documents and answers nobody. */
  knowsDocuments: boolean
  door(room: number, person: number): Door
  /** Time that its database has spent on processors, in milliseconds; null without a database. */
  databaseMs(): number | null
  stop(): Promise<void>
}

export const subjectNames = ['relay', 'hocuspocus', 'y-websocket', 'countersign'] as const
export type SubjectName = (typeof subjectNames)[number]

/** What the rooms start with: as one update, and as the edits that made it, in at most 200 updates. */
export interface Content {
  whole: Uint8Array
  updates: Uint8Array[]
}

/**
 * Starts a server anew, its rooms holding `content` where that is given: a peer reads it as its persistence would;
 * Countersign was sent it in an earlier life and has it in its database.
 */
export async function startSubject(
  name: SubjectName,
  rooms: number,
  content: Content | null = null,
): Promise<Subject> {
  return name === 'countersign' ? startCountersign(rooms, content) : startPeer(name, content?.whole ?? null)
}

const peers = new URL('./peers/', import.meta.url).pathname

async function startPeer(
  name: 'relay' | 'hocuspocus' | 'y-websocket',
  state: Uint8Array | null,
): Promise<Subject> {
  if (!existsSync(join(peers, 'node_modules'))) {
    execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: peers, stdio: 'inherit' })
  }
  const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-'))
  const port = await freePort()
  const env: NodeJS.ProcessEnv = { ...process.env, PORT: String(port), NODE_ENV: 'production' }
  if (state) {
    env.STATE = join(folder, 'state')
    writeFileSync(env.STATE, state)
  }
  const child = fork(join(peers, `${name}.js`), {
    env,
    cwd: peers,
    execArgv: nodeArguments,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  await new Promise((ready) => child.once('message', ready))
  return {
    name,
    pid: child.pid!,
    knowsDocuments: name !== 'relay',
    databaseMs: () => null,
    door: (room) =>
      name === 'hocuspocus' ? hocuspocusDoor(port, room) : { url: `ws://127.0.0.1:${port}/room-${room}` },
    async stop() {
      await end(child)
      rmSync(folder, { recursive: true })
    },
  }
}

const text = (words: string): Buffer => Buffer.concat([Buffer.of(words.length), Buffer.from(words)])

function hocuspocusDoor(port: number, room: number): Door {
  const prefix = text(`room-${room}`)
  const hello = Buffer.concat([prefix, Buffer.of(2, 0), text('token'), text('4.7.0')])
  return { url: `ws://127.0.0.1:${port}/`, prefix, hello }
}

async function startCountersign(rooms: number, content: Content | null): Promise<Subject> {
  const server = await openCountersign()
  const { origin, owner } = server
  const resourceIds = await createDocuments(owner, rooms)
  const door = (room: number): Door => ({
    url: `${origin.replace('http', 'ws')}/api/rooms/${resourceIds[room]}${ourQuery}`,
    headers: { Cookie: owner.cookie, Origin: origin },
  })
  if (content) {
    for (let room = 0; room < rooms; room++) await send(door(room), content.updates)
    // the logs are folded meanwhile
    await new Promise((done) => setTimeout(done, 6_000))
    await server.restart()
  }
  return {
    name: 'countersign',
    pid: server.pid(),
    knowsDocuments: true,
    databaseMs: server.databaseMs,
    door,
    stop: server.stop,
  }
}

async function createDocuments(owner: Person, count: number): Promise<string[]> {
  const { id: projectId } = await owner.post<{ id: string }>('/api/projects', { name: 'Bench' })
  const ids: string[] = []
  const create = async () => {
    while (ids.length < count) {
      const at = ids.push('') - 1
      const document = { kind: 'spec', title: `Document ${at}` }
      const { id } = await owner.post<{ id: string }>(`/api/projects/${projectId}/documents`, document)
      ids[at] = id
    }
  }
  await Promise.all(Array.from({ length: 8 }, create))
  return ids
}

/** Sends updates to a room and waits until all are durable. */
async function send(door: Door, updates: Uint8Array[]): Promise<void> {
  const socket = new WebSocket(door.url, { headers: door.headers })
  let saved = 0
  socket.on('message', (frame: Buffer) => {
    const decoder = decoding.createDecoder(new Uint8Array(frame))
    if (decoding.readVarUint(decoder) === messageType.saved) saved = decoding.readVarUint(decoder)
  })
  await new Promise((open) => socket.once('open', open))
  for (const update of updates) socket.send(updateFrame(update))
  await until('the content to be saved', () => saved === updates.length, 60)
  socket.close()
}
