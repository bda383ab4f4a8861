import { connect, type Socket } from 'node:net'
import pino from 'pino'
import { afterEach, expect, test } from 'vitest'
import { connectionsOf } from '../../server/http/limits/connections.ts'
import { createListener, type Listener } from '../../server/http/listener.ts'
import { trustProxies } from '../../server/http/trusted-proxies.ts'
import { defaultLimits, type Limits } from '../../shared/limits.ts'
import { until } from '../helpers/until.ts'

/** Every 127.*.*.* is this machine: a connection may come from any of them. */
const here = '127.0.0.1'
let listener: Listener
let port: number
const opened: Socket[] = []
const answers: (() => void)[] = []

async function listen(limits: Partial<Limits>, trustedProxies: string[] = []): Promise<void> {
  listener = createListener({
    fetch: async (request) => {
      if (request.url.endsWith('/slow')) await new Promise<void>((resolve) => answers.push(resolve))
      return new Response('here')
    },
    upgrade: (_, socket) => void socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n'),
    logger: pino({ level: 'silent' }),
    limits: { ...defaultLimits, ...limits },
    trustedProxies: trustProxies(trustedProxies),
  })
  ;({ port } = await listener.listen(0, here))
}
afterEach(async () => {
  for (const answer of answers.splice(0)) answer()
  for (const socket of opened.splice(0)) socket.destroy()
  await listener.close()
})

interface Visitor {
  socket: Socket
  /** What came back so far. */
  heard(): string
  ask(path?: string, ...headers: string[]): void
}

function visit(from = here): Visitor {
  const socket = connect({ port, host: here, localAddress: from })
  opened.push(socket)
  let heard = ''
  socket.on('error', () => {})
  socket.on('data', (text) => (heard += String(text)))
  const ask = (path = '/', ...headers: string[]) =>
    void socket.write([`GET ${path} HTTP/1.1`, 'Host: here', ...headers, '', ''].join('\r\n'))
  return { socket, heard: () => heard, ask }
}

/** Connected and answered. */
async function served(from?: string): Promise<Visitor> {
  const visitor = visit(from)
  visitor.ask()
  await until('the answer', () => visitor.heard().includes('200 OK'))
  return visitor
}

async function refused(from?: string): Promise<void> {
  const visitor = visit(from)
  visitor.ask()
  await until('the end', () => visitor.socket.destroyed)
  expect(visitor.heard()).toBe('')
}

test('a network has no more connections than its share, and others are served', async () => {
  await listen({ connectionsPerNetwork: 2 })
  const [first] = [await served(), await served()]
  await refused()
  // of the same /24
  await refused('127.0.0.9')
  await served('127.0.1.1')
  first!.socket.destroy()
  await until('room for another', async () => {
    const visitor = visit()
    visitor.ask()
    await until('what comes of it', () => visitor.socket.destroyed || visitor.heard() !== '')
    return visitor.heard() !== ''
  })
})

test('when all are taken the network with the most loses its latest to one with fewer', async () => {
  await listen({ connectionsAtOnce: 5 })
  const many: Visitor[] = []
  while (many.length < 4) many.push(await served('127.0.1.1'))
  const one = await served('127.0.2.1')
  // who has the most themselves gets no more
  await refused('127.0.1.1')
  const other = await served('127.0.3.1')
  await until('the latest to be closed', () => many[3]!.socket.destroyed)
  await served('127.0.3.1')
  await until('the one before it to be closed', () => many[2]!.socket.destroyed)
  // all have about as many now
  await refused('127.0.3.1')
  for (const { socket } of [many[0]!, many[1]!, one, other]) expect(socket.destroyed).toBe(false)
})

test('what a proxy passes on counts for who sent it, while it is on its way, and upgrades until they end', async () => {
  await listen({ connectionsPerNetwork: 1 }, [here])
  const [one, second, third, other] = [await served(), await served(), await served(), await served()]
  const from = (address: string) => `X-Forwarded-For: ${address}`
  one.ask('/slow', from('203.0.113.7'))
  await until('it to be asked', () => answers.length === 1)
  second.ask('/', from('203.0.113.8'))
  await until('it to be refused', () => second.heard().includes('429 Too Many Requests'))
  other.ask('/', from('198.51.100.1'))
  await until('another network', () => other.heard().split('200 OK').length === 3)
  answers.pop()!()
  await until('the answer', () => one.heard().split('200 OK').length === 3)
  const upgrade = ['Connection: Upgrade', 'Upgrade: websocket'] as const
  third.ask('/', from('203.0.113.7'), ...upgrade)
  await until('the upgrade', () => third.heard().includes('101 Switching'))
  one.ask('/', from('203.0.113.9'), ...upgrade)
  await until('it to be refused', () => one.heard().includes('429 Too Many Requests'))
})

test('a quarter of the files is kept for other things than connections, and of many files a fixed number', () => {
  expect([1_024, 4_096, 20_000, 1_048_576].map(connectionsOf)).toEqual([768, 3_072, 18_500, 1_047_076])
})
