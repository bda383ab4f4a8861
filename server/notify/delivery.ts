import type { Limits } from '../../shared/limits.ts'
import type { Database } from '../db/database.ts'
import type { JobKind, Lane } from '../jobs/worker.ts'
import type { PageOf } from '../resources/kinds.ts'
import { sendConfirmation } from './confirmation.ts'
import { sendDigest, sendUrgent } from './emails.ts'
import type { Mailer } from './mailer.ts'
import type { BrokenAmong } from './notices.ts'
import type { SendTask } from './send-tasks.ts'
import { deliver, NotTaken } from './webhooks.ts'

interface Needs {
  database: Database
  mailer: Mailer
  /** False when mails lie in the outbox: then it is not asked whose an address is. */
  sendsMail: boolean
  brokenAmong: BrokenAmong
  pageOf: PageOf
  /** Which addresses webhooks may go to. */
  isAllowedAddress(address: string): boolean
  /** What links begin with. */
  url: string
  limits: Limits
}

type Of<Type extends SendTask['type']> = Extract<SendTask, { type: Type }>

/**
 * What is sent, as kinds of jobs. A job counts as done when it was taken over there. Mails and webhooks do not wait for
 * each other; one mail server is asked one thing after the other, and a slow webhook holds up no other.
 */
export function deliveryLanes(needs: Needs): Lane[] {
  const { limits } = needs
  const gatherMs = limits.digestMinutes * 60_000
  const mail: JobKind<Of<'mail'>> = {
    type: 'mail',
    perform: ({ noticeId }, { signal }) => unlessCut(sendUrgent(needs, noticeId), signal),
  }
  const digest: JobKind<Of<'digest'>> = {
    type: 'digest',
    perform: ({ userId }, { signal }) => unlessCut(sendDigest(needs, userId), signal),
  }
  const confirmation: JobKind<Of<'confirmation'>> = {
    type: 'confirmation',
    perform: ({ confirmationId }, { signal }) => unlessCut(sendConfirmation(needs, confirmationId), signal),
  }
  const webhook: JobKind<Of<'webhook'>> = {
    type: 'webhook',
    perform: ({ webhookId, told }, { attempt, signal }) =>
      deliver({ ...needs, signal }, webhookId, told, attempt),
    leavesLine: (failure) => failure instanceof NotTaken && !failure.takesNone,
  }
  return [
    { kinds: [mail, digest, confirmation], gatherMs, atOnce: 1, perOwner: 1 },
    {
      kinds: [webhook],
      gatherMs,
      atOnce: limits.deliveriesAtOnce,
      perOwner: limits.deliveriesPerProject,
    },
  ]
}

/** Rejects when it is cut off. The mail server may take it all the same, and what comes of it then nobody hears. */
function unlessCut(sending: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const cut = () => reject(signal.reason as Error)
    if (signal.aborted) cut()
    signal.addEventListener('abort', cut, { once: true })
    void sending.then(resolve, reject).finally(() => signal.removeEventListener('abort', cut))
  })
}
