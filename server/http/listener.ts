import { getRequestListener, RequestError } from '@hono/node-server'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Logger } from 'pino'
import type { Limits } from '../../shared/limits.ts'
import { newId } from '../db/columns.ts'
import { createAcceptPriority } from './limits/accept-priority.ts'
import { networkOfRequest } from './address.ts'
import { connectionsPossible, createConnections } from './limits/connections.ts'
import { createFloods } from './limits/flood-limits.ts'
import { createTurns } from './limits/fair-start.ts'
import type { TrustedProxies } from './trusted-proxies.ts'

/**
 * How long an idle connection of HTTP stays open (ms): longer than a reverse proxy keeps one (nginx: 60 s), which would
 * else send its next request at the very moment at which we close it.
 */
const keepAliveMs = 75_000

/** How often it is looked which requests take too long to come in (ms), at most. */
const looksAfterMs = 5_000

/** When the listener closes, requests on their way have so long to end (ms). */
const closingMs = 1_500

/** To an upgrade of somebody who has too many connections. */
const tooMany = 'HTTP/1.1 429 Too Many Requests\r\nConnection: close\r\n\r\n'

interface Handlers {
  fetch: Parameters<typeof getRequestListener>[0]
  /** Takes the socket of an upgrade, whatever was asked for, and answers it. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
  logger: Logger
  limits: Limits
  trustedProxies: TrustedProxies
}

/** The server's door to the network: what a stranger sends or breaks off ends their own socket at most. */
export interface Listener {
  /** Rejects with the system's error (`EADDRINUSE` and the like) when it cannot listen there. */
  listen(port: number, host: string): Promise<AddressInfo>
  /** Takes no more connections and resolves when the last one has ended, which is within two seconds. */
  close(): Promise<void>
}

/** Makes the one HTTP server of the process, which serves nobody before `listen`. */
export function createListener({ fetch, upgrade, logger, limits, trustedProxies }: Handlers): Listener {
  // it answers for all that it throws
  const answer = getRequestListener(fetch, { errorHandler: answerUnread })
  const timeouts = {
    headersTimeout: limits.requestHeadMs,
    requestTimeout: limits.requestMs,
    keepAliveTimeout: keepAliveMs,
    connectionsCheckingInterval: Math.min(looksAfterMs, limits.requestHeadMs),
  }
  const floods = createFloods(limits, trustedProxies)
  const connections = createConnections(
    { ...limits, connectionsAtOnce: connectionsPossible(limits.connectionsAtOnce) },
    trustedProxies,
  )
  const accepting = createAcceptPriority()
  const turns = createTurns(limits, accepting.after)
  const unanswered = new WeakMap<Socket, (() => void)[]>()
  const server = createServer(timeouts, (incoming, outgoing) => {
    const { socket } = incoming
    if (socket.destroyed) return
    if (floods.isFlood(incoming)) return void outgoing.writeHead(429, { Connection: 'close' }).end()
    const begin = () => {
      if (!connections.ask(incoming)) return void outgoing.writeHead(429, { Connection: 'close' }).end()
      turns.take(networkOfRequest(incoming, trustedProxies), (end) => {
        if (socket.destroyed) return end()
        outgoing.once('close', () => {
          end()
          connections.rest(socket)
          const next = unanswered.get(socket)?.shift()
          if (next && !socket.destroyed) next()
          else unanswered.delete(socket)
        })
        void answer(incoming, outgoing)
      })
    }
    const waiting = unanswered.get(socket)
    if (!waiting) {
      unanswered.set(socket, [])
      return begin()
    }
    // A reply may be whole for its reader before it is for us. But of requests that are sent without waiting for
    // replies, thousands come in one packet, and would be begun in one turn.
    if (waiting.push(begin) <= limits.requestsWaitingPerConnection) return
    floods.noteBrokenOff(socket)
    breakOff(socket)
  })
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    // Node takes its own listener away when it hands a socket over for an upgrade; without one a reset is thrown
    socket.on('error', () => {})
    if (floods.isRefused(socket) || !connections.take(socket)) return void socket.destroy()
    accepting.note()
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  server.on('upgrade', (request, socket, head) => {
    try {
      if (connections.ask(request)) upgrade(request, socket, head)
      else socket.end(tooMany, () => socket.destroy())
    } catch (failure) {
      logger.error({ err: failure }, 'upgrade failed')
      socket.destroy()
    }
  })

  /** What no route could be asked about: a target that is none is the client's fault, all else is ours. */
  function answerUnread(failure: unknown): Response {
    const isTheirs = failure instanceof RequestError
    const requestId = newId()
    // what waits for its turn ends with the signal's reason, which the adapter gives as words; nobody reads the answer
    if (typeof failure === 'string') logger.info({ requestId, reason: failure }, 'request broken off')
    else if (isTheirs) logger.info({ requestId, reason: failure.message }, 'request refused')
    else logger.error({ err: failure, requestId }, 'request failed')
    const error = isTheirs
      ? { code: 'invalid_input', params: { field: '' }, requestId }
      : { code: 'internal', params: {}, requestId }
    return Response.json(
      { error },
      {
        status: isTheirs ? 400 : 500,
        headers: { 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff', Connection: 'close' },
      },
    )
  }

  return {
    async listen(port, host) {
      await listenAt(server, port, host)
      // such as a process that has no file descriptor left for one more connection
      server.on('error', (failure) => logger.warn({ err: failure }, 'a connection could not be taken'))
      return server.address() as AddressInfo
    },
    close() {
      return new Promise((resolve) => {
        server.close(() => resolve())
        server.closeIdleConnections()
        // all that are left, also those that an upgrade took out of the HTTP server's sight
        const end = () => sockets.forEach((socket) => socket.destroy())
        setTimeout(end, closingMs).unref()
      })
    },
  }
}

/**
 * Ends a connection of which thousands of requests may have been read already. Node makes an error for each of them, and
 * a trace of where it was made, which takes longer than all else.
 */
function breakOff(socket: Socket): void {
  const { stackTraceLimit } = Error
  socket.prependOnceListener('close', () => void (Error.stackTraceLimit = 0))
  socket.once('close', () => void (Error.stackTraceLimit = stackTraceLimit))
  socket.destroy()
}

function listenAt(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
}
