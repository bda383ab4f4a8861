import * as Y from 'yjs'
import { isServerClient, serverClient } from '../../../shared/document/server-client.ts'
import { textField } from '../../../shared/document/text-field.ts'
import { Refusal } from '../../../shared/errors.ts'
import type { Limits } from '../../../shared/limits.ts'
import { isEmptyUpdate } from '../../../shared/wire/protocol.ts'
import { BrokenBudget } from '../budgets/broken-budget.ts'
import { applyOrBreak, BrokenChange } from './broken-change.ts'
import { buildDocument } from './build-document.ts'
import { ConflictBudget } from '../budgets/conflict-budget.ts'
import type { EditParts, Log, LogEntry } from '../ports.ts'
import { readyFrom, type EncodedSnapshot } from './encoded-snapshot.ts'
import { DocumentState } from './document-state.ts'
import { EncodingAhead } from './encoding-ahead.ts'
import { LateCollection } from './late-collection.ts'
import { takeFirst, workOf } from '../repair/repair-work.ts'
import { plainTyping, putPlainTyping } from '../gate/plain-typing.ts'
import { refuseManyIds } from '../gate/client-ids.ts'
import { checkSize, countElements, refuseFull, unlimited } from '../gate/size-check.ts'
import { addTouched, noneLooked, RepairState } from '../repair/repair-state.ts'
import { Spending } from '../budgets/spending.ts'
import { checkRuns } from '../gate/text-runs.ts'
import { isTailLong } from './long-tail.ts'
import { PartedChange } from './parted-change.ts'
import { ProducedUpdates, type ChangeSource } from './unseen-deletions.ts'
import { toEnd, type Steps } from '../gate/steps.ts'
import { checkInSteps, type Checked, type Missing } from '../gate/update-check.ts'
import { applyPart } from './update-parts.ts'
import type { RepairedText, Taken, Writing } from './writing.ts'

type Whole = Exclude<Checked, Missing>

/**
 * A room's text: bytes kept ready for whoever joins (rule 5), and a Yjs document only while somebody writes.
 * From where a change is put in until its commit is over the document is ahead of the log; `Room` answers nobody then.
 */
export class RoomText {
  private readonly roomId: string
  private readonly log: Log
  private readonly limits: Limits
  private readonly spending: Spending
  private readonly broken: BrokenBudget
  readonly repairState: RepairState
  /** Who shows themselves under a client id that nobody has written with yet. */
  claimantOf: (clientId: number) => string | undefined = () => undefined
  private ready: EncodedSnapshot | null = null
  /** Whose each client id is that was written with. */
  private owners = new Map<number, string | null>()
  private writing: Writing | null = null
  /** Updates in the log after its base. */
  tail = 0
  /** Bytes of the encoded text, roughly while somebody writes. */
  size = 0
  private isCompacting = false
  /** A person's change, or one in a person's name, is being put into the document. */
  private isChecking = false
  /** What looking at what changes concern takes, since it was last counted. */
  private looks = 0
  /** The room repairs its text. */
  private isRepairing = false
  private loading: Promise<void> | null = null

  constructor(
    roomId: string,
    log: Log,
    limits: Limits,
    budgets = { conflicts: new ConflictBudget(limits), broken: new BrokenBudget(limits) },
    looked = noneLooked(),
  ) {
    this.roomId = roomId
    this.log = log
    this.repairState = new RepairState(roomId, looked, limits)
    this.limits = limits
    this.spending = new Spending(roomId, log, budgets.conflicts)
    this.broken = budgets.broken
  }

  get isLoaded(): boolean {
    return this.ready !== null || this.writing !== null
  }

  /** `bytes` costs nothing. */
  get isReady(): boolean {
    return this.ready !== null
  }

  get isWriting(): boolean {
    return this.writing !== null
  }

  get late(): LateCollection | null {
    return this.writing?.late.isOver === false ? this.writing.late : null
  }

  /** `isLast`: nobody is here any more, so that the next to come should find a long text without a tail. */
  isWorthCompacting(isLast: boolean): boolean {
    const isLong = isTailLong(this.tail, isLast ? this.size : 0)
    return !this.isCompacting && (this.repairState.isRepaired || isLong)
  }

  /** Folds the log's tail into its base. */
  async compact(): Promise<void> {
    const folded = this.tail
    this.isCompacting = true
    this.repairState.isRepaired = false
    try {
      await this.log.compact(this.roomId)
      this.tail = Math.max(0, this.tail - folded)
    } finally {
      this.isCompacting = false
    }
  }

  /** Reads the log, once for all who ask meanwhile: a second reading could put back what was changed since. */
  load(): Promise<void> {
    this.loading ??= this.read().finally(() => (this.loading = null))
    return this.loading
  }

  private async read(): Promise<void> {
    const [logged, owners] = await Promise.all([this.log.load(this.roomId), this.log.clients(this.roomId)])
    const ready = await readyFrom(logged)
    ;[this.owners, this.ready, this.tail] = [owners, ready, logged.updates.length]
    this.repairState.isLookedThrough = logged.isLookedThrough
    this.size = ready.whole.length
  }

  /** Whose a client id is for ever; undefined when nobody has written with it, or the text is not loaded. */
  ownerOf(clientId: number): string | null | undefined {
    return this.owners.get(clientId)
  }

  /** Gets ready to write: builds the document from the ready bytes. */
  async beginWriting(): Promise<void> {
    if (this.writing) return
    const [doc, state] = [await this.build(), new DocumentState()]
    const produced = new ProducedUpdates(doc)
    // before what is deleted is collected; the room's own repair is not refused
    doc.on('beforeObserverCalls', (transaction: Y.Transaction) => {
      if (writing.parted) return void (writing.elements = writing.parted.add(transaction))
      const limits = this.isChecking ? this.limits : unlimited
      writing.elements = checkSize(transaction, writing.elements, limits)
      if (this.isChecking) this.looks += checkRuns(transaction, limits.runCharacters)
    })
    doc.getXmlFragment(textField)
    const touched = this.repairState.partsOf(doc, this.size)
    doc.on('afterTransaction', (transaction: Y.Transaction) => {
      // a repair looks itself at what it changes
      if (!this.isRepairing) this.looks += addTouched(transaction, touched)
    })
    const writing: Writing = (this.writing = {
      doc,
      produced,
      touched,
      elements: countElements(doc),
      conflicts: new WeakMap(),
      parted: null,
      ahead: new EncodingAhead(doc),
      state,
      late: new LateCollection(doc, () => ((this.ready = null), state.collected())),
    })
  }

  private async build(): Promise<Y.Doc> {
    if (!this.ready) await this.load()
    const { ready } = this
    const doc = await buildDocument(ready!.whole)
    if (this.ready === ready) return doc
    // it was read again meanwhile
    doc.destroy()
    return this.build()
  }

  /** Lets the document go; the bytes it leaves are what joins are answered from. */
  endWriting(): void {
    if (!this.writing) return
    this.bytes()
    this.writing.doc.destroy()
    this.writing = null
  }

  /** It holds nothing that the log may not have: it may be told. */
  get isCommitted(): boolean {
    return this.writing ? !this.writing.state.isUncommitted : this.ready !== null
  }

  /** The log has all that was taken until now. */
  committed(): void {
    this.writing?.state.committed()
    this.spending.settle()
  }

  /** Forgets everything that the log may not have: the next `beginWriting` or `load` reads it again. */
  drop(): void {
    this.spending.giveBack()
    this.writing?.doc.destroy()
    this.writing = null
    this.ready = null
    this.owners = new Map()
    this.repairState.forget()
  }

  /** While somebody writes. */
  get state(): DocumentState {
    return this.writing!.state
  }

  /** What puts a long text into bytes in slices, while there are none. */
  get ahead(): EncodingAhead | null {
    return this.ready ? null : (this.writing?.ahead ?? null)
  }

  /** What joins are answered from, as of now: at one go, where nobody had it encoded ahead. */
  bytes(): EncodedSnapshot {
    if (!this.ready) {
      this.ready = this.writing!.ahead.finish()
      this.size = this.ready.whole.length
    }
    return this.ready
  }

  /** What the text has of each author, while somebody writes; unlike `bytes` it costs next to nothing. */
  get vector(): Uint8Array {
    return Y.encodeStateVector(this.writing!.doc)
  }

  /** True when no document is needed to see that an update says nothing new. */
  knows(update: Uint8Array): boolean {
    return (
      isEmptyUpdate(update) || (this.writing === null && this.ready !== null && this.ready.isKnown(update))
    )
  }

  /** A client has written what is at this clock, as far as the document knows. */
  holds({ client, clock }: Missing['missing']): boolean {
    return clock < Y.getState(this.writing!.doc.store, client)
  }

  /**
   * Checks an update and puts it into the document (rule 2). Throws a Refusal and has changed nothing; throws
   * `BrokenChange` and the text must be dropped. What takes long is put in with the `rest`, part by part as its entries
   * are asked for, which throw likewise: all of them before anything else is taken.
   */
  take(update: Uint8Array, userId: string): Taken {
    return toEnd(this.takeInSteps(update, userId))
  }

  /** As `take`; until the last step nothing may happen to the text but what `state.mayGoOn` allows. */
  *takeInSteps(update: Uint8Array, userId: string): Steps<Taken> {
    if (isEmptyUpdate(update)) return { entry: null }
    this.broken.check(userId)
    const { doc, conflicts } = this.writing!
    const owners = { get: (clientId: number) => this.ownerFor(userId, clientId) }
    const mayWork = (moves: number) => this.spending.mayWork(userId, moves)
    // who is in debt has to come later, also with what costs nothing more
    if (!mayWork(0)) throw new Refusal('too_many_updates')
    const { limits } = this
    const plain = plainTyping(update, { doc, owners, userId, limits, conflicts })
    if (plain) {
      refuseFull(this.size + update.length, limits)
      this.spending.spend(userId, update.length)
      return { entry: this.changeChecked(userId, plain, () => putPlainTyping(doc, plain)) }
    }
    const checked = yield* checkInSteps(update, { doc, owners, userId, limits, conflicts, mayWork })
    if ('missing' in checked) return checked
    if (checked.saysNothing) return { entry: null }
    // what is deleted makes room, once the text is encoded anew
    if (!checked.addsNothing) refuseFull(this.size + update.length, limits)
    refuseManyIds(this.owners, userId, checked.clientIds.length, limits)
    this.spending.spend(userId, update.length, checked)
    if (checked.parts) return { entry: null, rest: this.takeParts(checked.parts, userId, checked) }
    const entry = this.changeChecked(userId, checked, () => Y.applyUpdate(doc, checked.update))
    checked.settle()
    return { entry }
  }

  private *takeParts(updates: Iterable<Uint8Array>, userId: string, by: Whole): Generator<LogEntry | null> {
    const writing = this.writing!
    const parted = (writing.parted = new PartedChange(writing.elements))
    for (const update of updates) {
      const entry = this.changeChecked(userId, by, () => applyPart(writing.doc, update))
      if (entry) yield entry
    }
    writing.parted = null
    this.spending.worked(userId, yield* parted.check(this.limits, () => this.broken.note(userId)))
    by.settle()
  }

  /** As `change`, where the text stays within its limits; else throws `BrokenChange` with a Refusal as its cause. */
  private changeChecked(userId: string, by: ChangeSource, apply: () => void): LogEntry | null {
    this.isChecking = true
    try {
      return this.change(userId, by, apply)
    } catch (failure) {
      if (failure instanceof BrokenChange) this.broken.note(userId)
      throw failure
    } finally {
      this.isChecking = false
      this.spending.worked(userId, this.looks)
      this.looks = 0
    }
  }

  /**
   * Makes a server's own edit, as a Yjs client that is new and belongs to `userId`, or that its parts name; what it
   * leaves has the limits of a person's own change. Each part is put in when the next entry is asked for. A Refusal has
   * changed nothing; with `BrokenChange` the text must be dropped.
   */
  *edit(change: (doc: Y.Doc) => EditParts | void, userId: string): Generator<LogEntry> {
    this.broken.check(userId)
    const { doc, late } = this.writing!
    const counted = (entry: LogEntry) => (this.spending.note(userId, entry.update.length), entry)
    // how much it will be is known when it is done, and counts then; what is full stays as it is
    this.spending.spend(userId, 0)
    doc.clientID = serverClient(new Y.Doc().clientID)
    const returned: { parts?: EditParts | void } = {}
    const made = this.changeChecked(userId, { clientIds: [doc.clientID] }, () => {
      doc.transact(() => (returned.parts = change(doc)))
    })
    if (made) yield counted(made)
    const { clientId, updates } = returned.parts ?? { clientId: 0, updates: [] }
    for (const update of updates) {
      const part = this.changeChecked(userId, { clientIds: [clientId] }, () => late.put(update))
      if (part) yield counted(part)
    }
  }

  /** What a repair has to look at is more than `most`, as `workOf` counts. */
  isMuchTouched(most: number): boolean {
    return workOf(this.writing!.touched, most) > most
  }

  /**
   * Repairs what edits that met have broken, as a Yjs client that is new and nobody's; about `most` items of it.
   * `culprit`: whose bytes the repair counts as. Throws `BrokenChange` and the text must be dropped; what it failed
   * at is left as it is from then on.
   */
  repair(
    culprit: string | null,
    most = Infinity,
  ): { entry: LogEntry | null; isWhole: boolean; isOver: boolean } {
    const { doc, touched } = this.writing!
    if (!this.repairState.mayRepair(touched)) return { entry: null, isWhole: true, isOver: true }
    const parts = takeFirst(touched, most)
    let isWhole = true
    let worked = 0
    doc.clientID = new Y.Doc().clientID
    this.isRepairing = true
    try {
      const entry = this.change(null, { clientIds: [doc.clientID] }, () => {
        doc.transact(() => (isWhole = this.repairState.repair(parts, (moves) => (worked += moves))))
      })
      const isOver = touched.size === 0
      this.repairState.repaired(entry !== null, isOver)
      if (entry && culprit !== null) this.spending.note(culprit, entry.update.length)
      if (culprit !== null) this.spending.worked(culprit, worked)
      return { entry, isWhole, isOver }
    } catch (failure) {
      this.repairState.failed(failure instanceof BrokenChange ? failure.cause : failure)
      throw failure
    } finally {
      this.isRepairing = false
    }
  }

  /** Puts in how the text was repaired elsewhere; nothing where it is another text by now, which is repaired here then. */
  *putRepaired(repaired: RepairedText | undefined): Generator<LogEntry> {
    if (!repaired || this.ready !== repaired.of) return
    const { clientId, updates, isWhole } = repaired.by
    for (const update of updates) {
      const entry = this.change(null, { clientIds: [clientId] }, () => applyPart(this.writing!.doc, update))
      if (entry) yield entry
    }
    this.writing!.touched.clear()
    this.repairState.repairedInConverter(isWhole, updates.length > 0)
  }

  /** Whose a client id is when `userId` writes with it; undefined for one that is theirs from now on. */
  private ownerFor(userId: string, clientId: number): string | null | undefined {
    if (isServerClient(clientId)) return null
    const owner = this.owners.get(clientId)
    if (owner !== undefined) return owner
    const claimant = this.claimantOf(clientId)
    return claimant === userId ? undefined : claimant
  }

  private change(userId: string | null, by: ChangeSource, apply: () => void): LogEntry | null {
    const writing = this.writing!
    writing.produced.begin(by)
    writing.state.change(userId, 'item' in by)
    applyOrBreak(writing.doc, apply)
    const update = writing.produced.all()
    if (!update) return null
    for (const clientId of by.clientIds) this.owners.set(clientId, userId)
    this.size += update.length
    this.tail++
    this.ready = null
    return { roomId: this.roomId, userId, update, clientIds: by.clientIds }
  }
}
