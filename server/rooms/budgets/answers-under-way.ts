import type { Limits } from '../../../shared/limits.ts'
import { TurnLines } from '../../../shared/rules/turn-lines.ts'

type AnswerLimits = Pick<
  Limits,
  | 'answerBytesPerPerson'
  | 'answerBytesPerNetwork'
  | 'answerBytesAtOnce'
  | 'shortAnswerBytes'
  | 'shortAnswersPerNetwork'
  | 'shortAnswersAtOnce'
  | 'answerMs'
>

/** Whom an answer is for. */
export interface Asker {
  userId: string
  network: string
}

/** An answer that is made or about to be made, and not all taken yet. */
interface UnderWay {
  asker: Asker
  bytes: number
  since: number
  breakOff(): void
}

interface Waiting {
  asker: Asker
  bytes: number
  breakOff(): void
  start(end: () => void): void
}

/** While somebody waits it is looked so often whether an answer takes too long (ms). */
const looksAfterMs = 1_000

/** What is long leaves room for short answers, but no more than this share of what there is. */
const mostKept = 1 / 4

/**
 * Counts the answers that hold a text and are not all taken by who asked, by person, by network and in all: beyond what
 * may be under way whoever asks waits, and nothing is made for them before. Half of all is for networks that have
 * nothing under way, half of a network's for people who have nothing, and some of both for what is short. Where somebody waits who has nothing, an answer that takes too long is broken off for it.
 */
export class AnswersUnderWay {
  private readonly limits: AnswerLimits
  private readonly now: () => number
  private readonly underWay = new Set<UnderWay>()
  private readonly byPerson = new Map<string, number>()
  private readonly byNetwork = new Map<string, number>()
  private all = 0
  /** Of a person who may not begin, what is behind may: it may be short. */
  private readonly lines = new TurnLines<Waiting>({ mayOvertake: true })
  private looking: NodeJS.Timeout | undefined
  /** Of those of a network, who has nothing goes before who has. */
  private readonly whatMayBegin = [false, true].map(
    (hasSome) => (one: Waiting) => this.byPerson.has(one.asker.userId) === hasSome && this.mayBegin(one),
  )

  constructor(limits: AnswerLimits, now = () => performance.now()) {
    this.limits = limits
    this.now = now
  }

  /**
   * Calls `start` when an answer of so many bytes may be made, at once or later, with what is to be called at its end.
   * Returns what takes it out of the line, for who does not want it any more.
   */
  take(asker: Asker, bytes: number, breakOff: () => void, start: (end: () => void) => void): () => void {
    const { network, userId } = asker
    const waiting = { asker, bytes, breakOff, start }
    // of those who wait none may begin
    if (!this.lines.has(network) && this.mayBegin(waiting)) {
      this.begin(waiting)
      return () => {}
    }
    this.lines.add(network, userId, waiting)
    const next = this.lines.nextOf(network, ...this.whatMayBegin)
    if (next) this.begin(next)
    this.looking ??= setInterval(() => this.look(), looksAfterMs).unref()
    return () => {
      // nothing is broken off for who is not there any more
      if (this.lines.remove(network, userId, waiting)) this.stopLooking()
    }
  }

  /** Breaks off what takes too long, where somebody waits for it who has nothing. */
  look(): void {
    const looked = new Set<string>()
    for (const { network, person } of this.lines.lines()) {
      // whoever stands first may have something, and wait for more
      if (looked.has(network) || this.byPerson.has(person)) continue
      looked.add(network)
      const isAlone = !this.byNetwork.has(network)
      const since = this.now() - this.limits.answerMs
      for (const one of this.underWay) {
        if (one.since > since || (!isAlone && one.asker.network !== network)) continue
        one.breakOff()
        break
      }
    }
    this.beginWhatMay()
  }

  /** One alone may be as large as it is. */
  private mayBegin({ asker: { userId, network }, bytes }: Waiting): boolean {
    const own = this.byPerson.get(userId) ?? 0
    const near = this.byNetwork.get(network) ?? 0
    if (own > 0 && own + bytes > this.limits.answerBytesPerPerson) return false
    const most = this.mostFor(bytes, own > 0, near > 0)
    if (near > 0 && near + bytes > most.network) return false
    return this.all === 0 || this.all + bytes <= most.all
  }

  /** How much may be under way with an answer of so many bytes, in its network and in all. */
  private mostFor(bytes: number, hasSome: boolean, isNear: boolean): { network: number; all: number } {
    const { answerBytesPerNetwork: network, answerBytesAtOnce: all, shortAnswerBytes: short } = this.limits
    const { shortAnswersPerNetwork, shortAnswersAtOnce } = this.limits
    if (hasSome) return { network: network / 2, all: all / 2 }
    if (bytes <= short) return { network, all }
    return {
      network: network - Math.min(shortAnswersPerNetwork * short, network * mostKept),
      all: isNear ? all / 2 : all - Math.min(shortAnswersAtOnce * short, all * mostKept),
    }
  }

  private begin({ asker, bytes, breakOff, start }: Waiting): void {
    const one: UnderWay = { asker, bytes, breakOff, since: this.now() }
    this.underWay.add(one)
    this.count(asker, bytes)
    start(() => {
      if (!this.underWay.delete(one)) return
      this.count(asker, -bytes)
      if (!this.lines.isEmpty) setImmediate(() => this.beginWhatMay())
    })
  }

  private count({ userId, network }: Asker, bytes: number): void {
    this.all += bytes
    for (const [counts, key] of [
      [this.byPerson, userId],
      [this.byNetwork, network],
    ] as const) {
      const held = (counts.get(key) ?? 0) + bytes
      if (held > 0) counts.set(key, held)
      else counts.delete(key)
    }
  }

  /** Networks take turns. */
  private beginWhatMay(): void {
    for (const next of this.lines.next(...this.whatMayBegin)) this.begin(next)
    this.stopLooking()
  }

  private stopLooking(): void {
    if (!this.lines.isEmpty) return
    clearInterval(this.looking)
    this.looking = undefined
  }
}
