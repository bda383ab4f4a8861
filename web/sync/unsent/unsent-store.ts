import * as Y from 'yjs'
import { AckTracker } from './ack-tracker.ts'
import type { LocalCopy } from './local-copy.ts'
import type { Authored } from './rewrite-under-new-id.ts'
import type { Seed } from './unsent-changes.ts'

interface UnsentNeeds {
  doc: Y.Doc
  /** Keeps what is known here for the next tab; null where nothing is kept. */
  copy: LocalCopy | null
  /** What the room had yet to send whose place this one takes. */
  seed: Seed | undefined
  /** Anything here is another than before. */
  onChange(): void
  /** Changes of a tab that ended are this one's to send: its answer to the server has to hold them. */
  onAdopted(): void
}

/**
 * What of a room's text is not known to be saved: how many changes, whose client ids wrote them, from where on. The
 * one place that holds it while the room is open; the copy on this device keeps it for the tabs after this one.
 */
export class UnsentStore {
  /** Follows the frames of the connection, and counts what the server has not acknowledged. */
  readonly acks: AckTracker
  private readonly doc: Y.Doc
  private readonly copy: LocalCopy | null
  private readonly seed: Seed | undefined
  /** Client ids that wrote it and that the server has not given to this person yet. */
  private readonly writers: Authored[]
  /** Where it begins, under each id that wrote it. */
  private readonly from: Map<number, number>
  private allKnown: boolean

  constructor({ doc, copy, seed, onChange, onAdopted }: UnsentNeeds) {
    this.doc = doc
    this.copy = copy
    this.seed = seed
    this.writers = [...(copy?.unsent.authored ?? []), ...(seed?.authored ?? [])]
    this.from = new Map(copy?.unsent.from)
    for (const { client } of seed?.authored ?? []) this.from.set(client, 0)
    const hasCopy = Y.encodeStateVector(doc).length > 1
    this.allKnown = !hasCopy || (copy?.knowsUnsent === true && copy.unsent.changes === 0)
    // what is kept comes with the copy, where its number is kept too
    const seeded = seed?.isKept && copy?.knowsUnsent ? 0 : (seed?.changes ?? 0)
    this.acks = new AckTracker((copy?.unsent.changes ?? 0) + seeded, (changes) => {
      if (changes === 0) this.from.clear()
      copy?.noteUnsent(changes, this.acks.isAccepted ? 0 : doc.clientID, this.from)
      if (this.acks.isConfirmed) [this.writers.length, this.allKnown] = [0, true]
      onChange()
    })
    copy?.others.subscribe(onChange)
    copy?.kept.subscribe(onChange)
    copy?.onAdopted((changes, clients, from) => {
      this.writers.push(...clients)
      for (const [client, clock] of from) this.from.set(client, clock)
      this.acks.adopt(changes)
      this.allKnown = false
      onAdopted()
    })
  }

  /** Changes of this tab and of other open ones. */
  get changes(): number {
    return this.acks.changes + (this.copy?.others.get().changes ?? 0)
  }

  /** How many of these this device's copy holds. */
  get kept(): number {
    return this.copy ? this.copy.kept.get() + this.copy.others.get().kept : 0
  }

  /** Changes of this tab that this device's copy does not hold, or not yet. */
  get unkept(): number {
    return this.copy?.unkept ?? 0
  }

  /** True when nothing waits or is on its way, of no tab. */
  get isSettled(): boolean {
    return this.acks.isSettled && this.changes === 0
  }

  /** True when it is known that the server has everything that stands here or is kept here, apart from what is counted. */
  get isAllKnown(): boolean {
    return this.allKnown && this.copy?.isRead !== false
  }

  /** Where what was written here and is not saved begins, under each id that wrote it. */
  get begins(): ReadonlyMap<number, number> {
    return this.from
  }

  /** Client ids that wrote it and that the server has not given to this person yet. */
  get authored(): readonly Authored[] {
    return this.writers
  }

  /** True while an id wrote what is unsent here and the server has not given it to this person. */
  get isUnderUnknownId(): boolean {
    return this.acks.changes > 0 && !this.acks.isAccepted
  }

  /** How many rooms in a row were replaced before this one, of which the server took nothing. */
  get attempts(): number {
    return this.acks.isAccepted ? 0 : (this.seed?.attempts ?? 0)
  }

  /** A change was made here. Must run before its frame is sent. */
  changed(before: ReadonlyMap<number, number>): void {
    const { clientID } = this.doc
    if (!this.from.has(clientID)) this.from.set(clientID, before.get(clientID) ?? 0)
    this.acks.changed()
  }

  /** What an id wrote up to a clock is to be written anew under another. */
  giveUpId(client: number, to: number): void {
    this.writers.push({ client, to })
  }

  /** Has the copy keep what the former room had yet to send, before it comes into the text. */
  keepSeed({ update, isKept, authored }: Seed): void {
    if (update && !isKept) this.copy?.keep(update)
    this.copy?.noteUnsent(this.acks.changes, authored[0]?.client ?? 0, this.from)
  }
}
