import { randomBytes } from 'node:crypto'
import { WebSocket } from 'ws'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { schemaVersion } from '../../shared/document/schema-version.ts'
import type { Role, Side } from '../../shared/permissions.ts'
import { protocolVersion } from '../../shared/wire/protocol.ts'

export const password = 'tall lamps cast long shadows'

/** Somebody with an account on a test's server, who speaks HTTP as our own pages do. */
export interface Person {
  url: string
  cookie: string
  user: { id: string; email: string; name: string }
  /** Sends a request and returns what came, whatever its status; `body` is sent as JSON. */
  ask<T = unknown>(method: string, path: string, body?: unknown): Promise<{ status: number; body: T }>
  /** Sends a request that must succeed and returns its JSON. */
  get<T>(path: string): Promise<T>
  post<T>(path: string, body: unknown): Promise<T>
}

/** Creates an account with a random address. */
export async function createPerson(url: string, name = 'Lin Yue', locale = 'en'): Promise<Person> {
  const email = `${randomBytes(6).toString('hex')}@example.com`
  const reply = await fetch(`${url}/api/accounts`, {
    method: 'POST',
    headers: { ...ownPage(url), 'Content-Type': 'application/json' },
    body: JSON.stringify({ email, name, password, locale }),
  })
  if (reply.status !== 201) throw new Error(`no account: ${reply.status} ${await reply.text()}`)
  const cookie = reply.headers.getSetCookie()[0]!.split(';', 1)[0]!
  const { user } = (await reply.json()) as { user: Person['user'] }
  return personWith(url, cookie, user)
}

/** The same person with another session's cookie, or with none (`''`). */
export function personWith(url: string, cookie: string, user: Person['user']): Person {
  async function ask<T>(method: string, path: string, body?: unknown): Promise<{ status: number; body: T }> {
    const reply = await fetch(url + path, {
      method,
      headers: {
        ...ownPage(url),
        Cookie: cookie,
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await reply.text()
    const isJson = reply.headers.get('Content-Type')?.startsWith('application/json') ?? false
    return { status: reply.status, body: (isJson ? JSON.parse(text) : text) as T }
  }
  async function succeed<T>(method: string, path: string, body?: unknown): Promise<T> {
    const reply = await ask<T>(method, path, body)
    if (reply.status >= 400)
      throw new Error(`${method} ${path}: ${reply.status} ${JSON.stringify(reply.body)}`)
    return reply.body
  }
  return {
    url,
    cookie,
    user,
    ask,
    get: (path) => succeed('GET', path),
    post: (path, body) => succeed('POST', path, body),
  }
}

/** What a browser sends along from one of our own pages. */
export const ownPage = (url: string) => ({ Origin: url, 'Sec-Fetch-Site': 'same-origin' })

/** Brings `guest` into a project by an invitation of its owner. */
export async function join(
  owner: Person,
  guest: Person,
  projectId: string,
  side: Side,
  role: Role,
): Promise<void> {
  const { token } = await owner.post<{ token: string }>(`/api/projects/${projectId}/invites`, { side, role })
  await guest.post('/api/invites/accept', { token })
}

/** A project with one document, made by `owner`. */
export async function createDocument(
  owner: Person,
  document: { kind: 'brief' | 'spec'; title: string; template?: string } = { kind: 'spec', title: 'Lamp' },
): Promise<{ projectId: string; documentId: string }> {
  const { id: projectId } = await owner.post<{ id: string }>('/api/projects', { name: 'Dazu lamp' })
  const { id: documentId } = await owner.post<{ id: string }>(
    `/api/projects/${projectId}/documents`,
    document,
  )
  return { projectId, documentId }
}

interface Opened {
  /** Names our protocol, so that the server sends `saved` and `event` frames. */
  isOurs?: boolean
  /** False: a client that names no schema, and so only reads. */
  namesSchema?: boolean
  doc?: Y.Doc
}

/**
 * The provider listens for the end of its process, to say goodbye: a test's process ends without one, and has more
 * providers than Node thinks anybody should have listeners.
 */
export function forgetExit(provider: WebsocketProvider): void {
  const { _exitHandler: sayGoodbye } = provider as unknown as { _exitHandler: () => void }
  process.off('exit', sayGoodbye)
}

/** Opens a room with the stock provider from npm, carrying the person's cookie. `provider.destroy()` leaves. */
export function openRoom(
  person: Person,
  roomId: string,
  { isOurs = false, namesSchema = true, doc = new Y.Doc() }: Opened = {},
) {
  class Socket extends WebSocket {
    constructor(address: string) {
      super(address, { headers: { Cookie: person.cookie, Origin: person.url } })
    }
  }
  const provider = new WebsocketProvider(`${person.url.replace('http', 'ws')}/api/rooms`, roomId, doc, {
    WebSocketPolyfill: Socket as unknown as typeof globalThis.WebSocket,
    disableBc: true,
    params: {
      ...(namesSchema && { schema: String(schemaVersion) }),
      ...(isOurs && { protocol: String(protocolVersion) }),
    },
  })
  forgetExit(provider)
  return { provider, doc }
}
