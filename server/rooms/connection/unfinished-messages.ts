import { Refusal } from '../../../shared/errors.ts'
import type { Limits } from '../../../shared/limits.ts'

/** A socket in whose message something is missing still. */
export interface MessageSender {
  readonly userId: string
  refuse(refusal: Refusal): void
}

/**
 * What the sockets of the whole process have sent of messages that are not whole: it stays in memory until they are.
 * Where it becomes too much, whoever has most of it loses the message that they began first; their client sends it again.
 */
export class UnfinishedMessages {
  private readonly limits: Pick<Limits, 'unfinishedBytes' | 'unfinishedMs'>
  /** The one that was begun first stands first. */
  private readonly messages = new Map<MessageSender, { bytes: number; since: number }>()
  private bytes = 0

  constructor(limits: Pick<Limits, 'unfinishedBytes' | 'unfinishedMs'>) {
    this.limits = limits
  }

  /** So many more bytes came of a message. `now` in milliseconds of any steady clock. */
  add(from: MessageSender, bytes: number, now: number): void {
    const message = this.messages.get(from) ?? { bytes: 0, since: now }
    message.bytes += bytes
    this.messages.set(from, message)
    this.bytes += bytes
    while (this.bytes > this.limits.unfinishedBytes) this.end(this.oldestOfLargest())
  }

  /** It is whole, or its socket is gone. */
  delete(from: MessageSender): void {
    this.bytes -= this.messages.get(from)?.bytes ?? 0
    this.messages.delete(from)
  }

  /** To be called now and then. */
  endOverdue(now: number): void {
    for (const [from, { since }] of this.messages) {
      if (now - since <= this.limits.unfinishedMs) return
      this.end(from)
    }
  }

  private end(from: MessageSender): void {
    this.delete(from)
    from.refuse(new Refusal('too_many_updates'))
  }

  private oldestOfLargest(): MessageSender {
    const sums = new Map<string, number>()
    for (const [{ userId }, { bytes }] of this.messages) sums.set(userId, (sums.get(userId) ?? 0) + bytes)
    const most = Math.max(...sums.values())
    return [...this.messages.keys()].find(({ userId }) => sums.get(userId) === most)!
  }
}
