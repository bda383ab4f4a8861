import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'

/** A mail as it came: `text` is the whole message with its encoded words and its body read. */
export interface ReceivedMail {
  to: string
  text: string
}

/** A mail server on a free port that keeps what it is sent. */
export async function openMailServer() {
  const inbox: ReceivedMail[] = []
  let refusals = 0
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    logger: false,
    onData(stream, session, done) {
      const parts: Buffer[] = []
      stream.on('data', (part: Buffer) => parts.push(part))
      stream.on('end', () => {
        if (refusals > 0) {
          refusals -= 1
          return done(new Error('try later'))
        }
        const to = session.envelope.rcptTo.map(({ address }) => address).join()
        inbox.push({ to, text: readable(Buffer.concat(parts).toString()) })
        done()
      })
    },
  })
  await new Promise<void>((done) => smtp.listen(0, '127.0.0.1', done))
  const { port } = smtp.server.address() as AddressInfo
  return {
    inbox,
    url: `smtp://127.0.0.1:${port}?ignoreTLS=true`,
    /** Refuses what comes next. */
    refuseNext: () => void (refusals += 1),
    to: (address: string) => inbox.filter(({ to }) => to === address),
    close: () => new Promise<void>((done) => smtp.close(done)),
  }
}

function readable(message: string): string {
  const [head = '', body = ''] = message.split(/\r\n\r\n([^]*)/)
  const isBase64 = /content-transfer-encoding: base64/i.test(head)
  const words = head
    .replace(/\?=\r\n\s+=\?/g, '?==?')
    .replace(/=\?UTF-8\?B\?([^?]*)\?=/gi, (_all, part: string) => Buffer.from(part, 'base64').toString())
    .replace(/=\?UTF-8\?Q\?([^?]*)\?=/gi, (_all, part: string) => unquoted(part.replaceAll('_', ' ')))
  const read = isBase64 ? Buffer.from(body, 'base64').toString() : unquoted(body.replaceAll('=\r\n', ''))
  return `${words.replace(/\r\n\s+/g, ' ')}\n\n${read}`
}

/** The characters of quoted-printable text. */
const unquoted = (text: string): string =>
  Buffer.from(
    text.replace(/=([0-9A-F]{2})/g, (_all, hex: string) => String.fromCharCode(parseInt(hex, 16))),
    'latin1',
  ).toString()
