import { createServer, connect, type Socket } from 'node:net'

/** A proxy to a port of this machine, or to a Unix socket, that can stop forwarding without closing anything. */
export async function openProxy(target: number | string) {
  let frozen = false
  let away = false
  const sockets = new Set<Socket>()
  const proxy = createServer((from) => {
    if (away) return void from.destroy()
    const to = typeof target === 'string' ? connect(target) : connect(target, '127.0.0.1')
    for (const [one, other] of [
      [from, to],
      [to, from],
    ] as const) {
      sockets.add(one)
      one.on('data', (data) => {
        if (!frozen) other.write(data)
      })
      one.on('close', () => other.destroy())
      one.on('error', () => other.destroy())
    }
  })
  await new Promise<void>((done) => proxy.listen(0, '127.0.0.1', done))
  return {
    port: (proxy.address() as { port: number }).port,
    freeze: () => (frozen = true),
    thaw: () => (frozen = false),
    /** Breaks every connection; new ones are let through, unless nothing is there any more. */
    cut({ staysAway = false } = {}) {
      away = staysAway
      for (const socket of sockets) socket.destroy()
    },
    close() {
      for (const socket of sockets) socket.destroy()
      proxy.close()
    },
  }
}
