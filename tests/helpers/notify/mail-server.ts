import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'

/** A mail as it came: `text` is the whole message with a quoted-printable or base64 body read. */
export interface ReceivedMail {
  to: string
  text: string
}

/** A mail server on a free port that keeps what it is sent. */
export async function openMailServer() {
  const inbox: ReceivedMail[] = []
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    logger: false,
    onData(stream, session, done) {
      const parts: Buffer[] = []
      stream.on('data', (part: Buffer) => parts.push(part))
      stream.on('end', () => {
        const to = session.envelope.rcptTo.map(({ address }) => address).join()
        inbox.push({ to, text: bodyOf(Buffer.concat(parts).toString()) })
        done()
      })
    },
  })
  await new Promise<void>((done) => smtp.listen(0, '127.0.0.1', done))
  const { port } = smtp.server.address() as AddressInfo
  return {
    inbox,
    url: `smtp://127.0.0.1:${port}?ignoreTLS=true`,
    to: (address: string) => inbox.filter(({ to }) => to === address),
    close: () => new Promise<void>((done) => smtp.close(done)),
  }
}

function bodyOf(message: string): string {
  const at = message.indexOf('\r\n\r\n')
  const [head, body] = [message.slice(0, at), message.slice(at + 4)]
  if (/content-transfer-encoding: base64/i.test(head))
    return `${head}\n${Buffer.from(body, 'base64').toString()}`
  const read = body
    .replaceAll('=\r\n', '')
    .replace(/=([0-9A-F]{2})/g, (_all, hex: string) => String.fromCharCode(parseInt(hex, 16)))
  return `${head}\n${Buffer.from(read, 'latin1').toString()}`
}
