import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { Limits } from '../../../shared/limits.ts'
import { clientAddress, networkOfRequest, wideNetworkOf } from '../address.ts'
import type { TrustedProxies } from '../trusted-proxies.ts'

/** Connections of trusted proxies between two requests: whose the next one is shows only when it comes. */
const ofProxies = 'proxies'

type ConnectionLimits = Pick<Limits, 'connectionsPerNetwork' | 'connectionsAtOnce'>

/**
 * Counts open connections, WebSockets too, by what one holder may have of networks, and in all. When all are taken, the
 * network that has the most loses its latest to one that has fewer, so that no number of them closes the door to others.
 */
export function createConnections(limits: ConnectionLimits, trustedProxies: TrustedProxies) {
  const byNetwork = new Map<string, Set<Socket>>()
  const networks = new Map<Socket, string>()
  const countOf = (network: string): number => byNetwork.get(network)?.size ?? 0

  function remove(socket: Socket): void {
    const network = networks.get(socket)
    if (network === undefined) return
    networks.delete(socket)
    const others = byNetwork.get(network)!
    others.delete(socket)
    if (others.size === 0) byNetwork.delete(network)
  }

  function put(socket: Socket, network: string): void {
    remove(socket)
    networks.set(socket, network)
    byNetwork.set(network, (byNetwork.get(network) ?? new Set()).add(socket))
  }

  const isFull = (network: string): boolean =>
    network !== ofProxies && countOf(network) >= limits.connectionsPerNetwork

  /** False when there is none, as nobody has more than this network. */
  function makeRoom(network: string): boolean {
    if (networks.size < limits.connectionsAtOnce) return true
    let largest = new Set<Socket>()
    for (const one of byNetwork.values()) if (one.size > largest.size) largest = one
    if (largest.size <= countOf(network) + 1) return false
    const latest = [...largest].at(-1)!
    remove(latest)
    latest.destroy()
    return true
  }

  const peerOf = ({ remoteAddress }: Socket) => clientAddress(remoteAddress, undefined, trustedProxies)

  return {
    /** Counts a new connection until it closes; false when it is one too many. */
    take(socket: Socket): boolean {
      const peer = peerOf(socket)
      const network = trustedProxies.has(peer) ? ofProxies : wideNetworkOf(peer)
      if (isFull(network) || !makeRoom(network)) return false
      put(socket, network)
      socket.once('close', () => remove(socket))
      return true
    },
    /**
     * Counts the connection of a proxy as one of whoever sent this request, until `rest`; false when they have too many.
     */
    ask(request: IncomingMessage): boolean {
      const { socket } = request
      if (networks.get(socket) !== ofProxies) return true
      const network = networkOfRequest(request, trustedProxies)
      if (isFull(network)) return false
      put(socket, network)
      return true
    },
    /** The request is over, and the connection the proxy's own again. */
    rest(socket: Socket): void {
      if (networks.has(socket) && trustedProxies.has(peerOf(socket))) put(socket, ofProxies)
    },
  }
}

/** No budget of its own: this share of the files that the system lets the process open is for files and the database, and so many at most. */
const shareKept = 1 / 4
const mostKept = 1_500

/** How many of so many files may be connections. */
export const connectionsOf = (files: number): number =>
  files - Math.min(Math.ceil(files * shareKept), mostKept)

/** As many connections as the process can have: where the system lets it open few files, fewer than the limit. */
export function connectionsPossible(limit: number): number {
  const { userLimits } = process.report.getReport() as { userLimits?: { open_files?: { soft: unknown } } }
  const files = Number(userLimits?.open_files?.soft)
  return files > 0 ? Math.min(limit, connectionsOf(files)) : limit
}
