import { errors, type ErrorCode } from '../../shared/errors.ts'
import { observable, type Observed } from './observable.ts'

/** Words of a person that the server did not take, kept apart from the document. */
export interface RecoveredWords {
  id: string
  at: string
  code: ErrorCode
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

/** The lines of a text that another does not have, each as often as it is missing there. */
export function linesMissing(mine: string, theirs: string): string {
  const there = new Map<string, number>()
  for (const line of theirs.split('\n')) there.set(line, (there.get(line) ?? 0) + 1)
  return mine
    .split('\n')
    .filter((line) => {
      const count = there.get(line) ?? 0
      if (count > 0) there.set(line, count - 1)
      return count === 0 && line.trim() !== ''
    })
    .join('\n')
}

const shelves = new Map<string, Shelf>()

/** What one person's device keeps apart of one document, across reloads, until the person dismisses it. */
export interface Shelf {
  words: Observed<readonly RecoveredWords[]>
  /** Keeps words; they stand in this tab even where the browser keeps nothing. */
  keep(words: string, code: ErrorCode): void
  dismiss(id: string): void
}

export function recoveredWords(userId: string, roomId: string): Shelf {
  const folder = `countersign-recovered:${userId}:${roomId}:`
  const known = shelves.get(folder)
  if (known) return known
  const words = observable<readonly RecoveredWords[]>(readAll(folder))
  const shelf: Shelf = {
    words,
    keep(lost, code) {
      const made = { id: String(Math.random()).slice(2), at: new Date().toISOString(), code, words: lost }
      let isKept = true
      try {
        localStorage.setItem(folder + made.id, JSON.stringify(made))
      } catch {
        isKept = false
      }
      words.set([...words.get(), { ...made, isKept }])
    },
    dismiss(id) {
      try {
        localStorage.removeItem(folder + id)
      } catch {
        // it was not kept either
      }
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
      if (one && typeof one.words === 'string' && Object.hasOwn(errors, one.code))
        found.push({ ...one, isKept: true })
    }
  } catch {
    return found
  }
  return found.sort((one, other) => one.at.localeCompare(other.at))
}
