import { randomUUID } from 'node:crypto'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createTransport, type SendMailOptions } from 'nodemailer'

export interface Mail {
  to: { name: string; address: string }
  subject: string
  text: string
  /** The address that ends these mails, where there are more, by a person's click or by a mail program's own button (RFC 8058). */
  unsubscribe?: string
}

export interface Mailer {
  /** Resolves when the mail server, or without one the disk, has taken the mail over. */
  send(mail: Mail): Promise<void>
  close(): void
}

const smtpTimeoutMs = '15000'

/** Sends by SMTP, or, without a server, writes each mail into the spool folder as an .eml file. */
export function openMailer({
  smtpUrl,
  from,
  spool,
}: {
  smtpUrl: string | null
  from: string
  spool: string
}): Mailer {
  if (smtpUrl === null) {
    const transport = createTransport({ streamTransport: true, buffer: true, newline: 'windows' })
    return {
      async send(mail) {
        const { message } = await transport.sendMail(messageOf(from, mail))
        await mkdir(spool, { recursive: true, mode: 0o700 })
        const name = join(spool, `${new Date().toISOString().replaceAll(':', '-')}-${randomUUID()}`)
        await writeFile(`${name}.part`, message as Buffer, { mode: 0o600 })
        await rename(`${name}.part`, `${name}.eml`)
      },
      close() {},
    }
  }
  const address = new URL(smtpUrl)
  for (const timeout of ['connectionTimeout', 'greetingTimeout', 'socketTimeout']) {
    if (!address.searchParams.has(timeout)) address.searchParams.set(timeout, smtpTimeoutMs)
  }
  const transport = createTransport(address.href)
  // each mail tells what became of it; a connection that breaks between two of them would end the process
  transport.on('error', () => {})
  return {
    async send(mail) {
      await transport.sendMail(messageOf(from, mail))
    },
    close: () => transport.close(),
  }
}

const messageOf = (from: string, { unsubscribe, ...mail }: Mail): SendMailOptions => ({
  ...mail,
  from,
  headers: {
    ...(unsubscribe !== undefined && {
      'List-Unsubscribe': `<${unsubscribe}>`,
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    }),
    'Auto-Submitted': 'auto-generated',
  },
  disableFileAccess: true,
  disableUrlAccess: true,
})
