import { connect } from 'node:net'

/**
 * A server that waits for the rest of what was sent says nothing. After this (ms), and once it has answered a request that
 * came later, so that a busy one is waited for, the sender breaks off.
 */
const patienceMs = 300

/**
 * Sends bytes as they are over a socket of its own and resolves with the statuses of what came back, once the other
 * side closed or answered. Empty: it was closed, or left, without a word.
 */
export function sendRaw(port: number, bytes: string | Buffer): Promise<number[]> {
  return new Promise((resolve) => {
    let answer = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
    const done = () => {
      clearTimeout(timer)
      socket.resetAndDestroy()
      resolve([...answer.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, status]) => Number(status)))
    }
    const breakOff = () =>
      void fetch(`http://127.0.0.1:${port}/healthz`)
        .then((reply) => reply.text())
        .catch(() => {})
        .then(() => setTimeout(done, 20))
    const timer = setTimeout(breakOff, patienceMs)
    socket.setEncoding('latin1')
    socket.on('data', (text: string) => {
      answer += text
      if (answer.includes('\r\n\r\n')) setImmediate(done)
    })
    socket.on('error', () => {})
    socket.once('close', done)
  })
}
