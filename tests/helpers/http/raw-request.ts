import { connect } from 'node:net'

/** A server that waits for the rest of what was sent says nothing; then the sender breaks off (ms). */
const replyTimeoutMs = 300

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
    const timer = setTimeout(done, replyTimeoutMs)
    socket.setEncoding('latin1')
    socket.on('data', (text: string) => {
      answer += text
      if (answer.includes('\r\n\r\n')) setImmediate(done)
    })
    socket.on('error', () => {})
    socket.once('close', done)
  })
}
