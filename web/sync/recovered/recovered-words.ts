import { errors, type ErrorCode, type ErrorParams } from '../../../shared/errors.ts'
import { deviceRecords } from '../unsent/device-records.ts'
import { observable, type Observed } from '../observable.ts'

/** Why words are kept apart: the server did not take them, or the passage that they stood in was removed meanwhile. */
export const passageRemoved = 'passage_removed'
type Reason = ErrorCode | typeof passageRemoved

/** Words of a person that are not in the document, kept apart from it. */
export interface RecoveredWords {
  id: string
  at: string
  code: Reason
  /** What the words for the code name. */
  params?: ErrorParams
  /** What was unsent, a block a line; empty when it was no words, as of a deletion or a format. */
  words: string
  /** False when the browser keeps nothing: then they go with the tab. */
  isKept: boolean
}

/** Closes that say something about what was sent, rather than about who sends it or how the server fares. */
const aboutContent: ReadonlySet<number> = new Set([4422, 4413, 1009])

/** True when the server takes nothing of what this device has unsent, now or later: as it is, or from who may only read. */
export const isRefusedContent = (code: ErrorCode): boolean =>
  code === 'read_only' || aboutContent.has(errors[code].close)

/** What one person's device keeps apart of one document, across reloads, until the person dismisses it. */
export interface Shelf {
  words: Observed<readonly RecoveredWords[]>
  /** Keeps words; they stand in this tab even where the browser keeps nothing, which `isKept` tells. */
  keep(words: string, code: Reason, params?: ErrorParams): Promise<RecoveredWords>
  /**
   * Keeps words that went with a passage, under those before them: who goes on writing while others rebuild the passage
   * loses them letter by letter. One after the other, and never under what another tab keeps, or a person dismissed.
   */
  keepRemoved(words: string): Promise<void>
  /** Puts other words in the place of those kept; when none are left, nothing is. */
  change(id: string, words: string): Promise<void>
  dismiss(id: string): void
}

const shelves = new Map<string, Shelf>()
/** Where words are kept that the local storage, which holds some megabytes, has no room for. */
const large = deviceRecords<RecoveredWords & { folder: string }>('countersign:recovered', 'words')

/** So much of what was removed is shown in one place, in characters; what comes then is shown in another. */
const mostInOne = 10_000

export function recoveredWords(userId: string, roomId: string): Shelf {
  const folder = `countersign-recovered:${userId}:${roomId}:`
  const known = shelves.get(folder)
  if (known) return known
  const words = observable<readonly RecoveredWords[]>(readAll(folder))
  void large.all().then((found) => {
    const ours = found.filter((one) => one.folder === folder && isReadable(one))
    const missing = ours.filter(({ id }) => !words.get().some((one) => one.id === id))
    if (missing.length > 0) words.set([...missing, ...words.get()].sort(byTime))
  })
  /** What this page keeps, and whether the local storage has it. */
  const own = new Map<string, { isLocal: boolean }>()
  const store = async (made: RecoveredWords): Promise<boolean> => {
    try {
      localStorage.setItem(folder + made.id, JSON.stringify(made))
      own.set(made.id, { isLocal: true })
      return true
    } catch {
      const isKept = await large.put({ ...made, folder })
      own.set(made.id, { isLocal: false })
      // former words there would be read first
      if (isKept) forget(made.id)
      return isKept
    }
  }
  /** Another tab knows what it read only: it writes nothing there, but it may have dismissed it. */
  const isOwn = (id: string): boolean => {
    const place = own.get(id)
    try {
      return place !== undefined && (!place.isLocal || localStorage.getItem(folder + id) !== null)
    } catch {
      return true
    }
  }
  const addRemoved = async (lost: string): Promise<void> => {
    const last = words.get().findLast(({ code, id }) => code === passageRemoved && isOwn(id))
    if (!last || last.words.length > mostInOne) await shelf.keep(lost, passageRemoved)
    else await shelf.change(last.id, `${last.words}\n${lost}`)
  }
  let removing = Promise.resolve()
  const forget = (id: string) => {
    try {
      localStorage.removeItem(folder + id)
    } catch {
      // it was not kept either
    }
  }
  const shelf: Shelf = {
    words,
    async keep(lost, code, params) {
      const id = String(Math.random()).slice(2)
      const made = { id, at: new Date().toISOString(), code, params, words: lost, isKept: true }
      const kept = { ...made, isKept: await store(made) }
      words.set([...words.get(), kept])
      return kept
    },
    keepRemoved: (lost) => (removing = removing.then(() => addRemoved(lost))),
    async change(id, now) {
      const former = words.get().find((one) => one.id === id)
      if (!former || former.words === now) return
      if (now === '') return shelf.dismiss(id)
      const made = { ...former, words: now, isKept: true }
      const kept = { ...made, isKept: await store(made) }
      words.set(words.get().map((one) => (one.id === id ? kept : one)))
    },
    dismiss(id) {
      forget(id)
      void large.delete(id)
      words.set(words.get().filter((one) => one.id !== id))
    },
  }
  shelves.set(folder, shelf)
  return shelf
}

function readAll(folder: string): RecoveredWords[] {
  const found: RecoveredWords[] = []
  try {
    for (let at = 0; at < localStorage.length; at++) {
      const key = localStorage.key(at)!
      if (!key.startsWith(folder)) continue
      const one = JSON.parse(localStorage.getItem(key) ?? 'null') as RecoveredWords | null
      if (one && isReadable(one)) found.push({ ...one, isKept: true })
    }
  } catch {
    return found
  }
  return found.sort(byTime)
}

const isReadable = (one: RecoveredWords): boolean =>
  typeof one.words === 'string' && (one.code === passageRemoved || Object.hasOwn(errors, one.code))

const byTime = (one: RecoveredWords, other: RecoveredWords): number => one.at.localeCompare(other.at)
