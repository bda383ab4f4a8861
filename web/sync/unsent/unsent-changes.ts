import * as Y from 'yjs'
import { askForText } from '../room/first-text.ts'
import type { LocalCopy } from './local-copy.ts'
import { reauthor, type Authored } from './rewrite-under-new-id.ts'
import { isRefusedContent, type Shelf } from '../recovered/recovered-words.ts'
import type { Refused } from '../room/refusal.ts'
import { wordsBeyond } from './unsent-words.ts'

/** What a room begins with when it takes the place of one whose changes were not taken as they were. */
export interface Seed {
  /** Changes that are still to be sent, beyond what the server has; null when there are none. */
  update: Uint8Array | null
  changes: number
  /** Client ids that wrote them and that the server has not given to this person yet. */
  authored: readonly Authored[]
  /** How many rooms in a row had to be replaced. */
  attempts: number
  /** True when this device's copy holds the changes, and their number, already. */
  isKept: boolean
  /** The text that was given up, and under which id its words that were not taken are kept apart. */
  apart: { doc: Y.Doc; id: string } | null
}

/**
 * What becomes of unsent changes: under a client id that is another's they are written `anew` under an id of their
 * own; of refused content the words are kept `apart`, to be copied, and not sent again. `server`: its text, as far as
 * it could be asked for.
 */
export type Plan = { kind: 'anew' } | ({ kind: 'apart'; server: Y.Doc } & Refused)

/** A room is replaced at most so often in a row; then the person decides. */
export const mostAttempts = 3

/** What becomes of a refused document's changes. Null when nothing helps: they stay as they are, and the person decides. */
export async function planFor(refused: Refused, attempts: number, address: string): Promise<Plan | null> {
  const { code } = refused
  if (attempts >= mostAttempts) return null
  if (code === 'client_id_taken') return { kind: 'anew' }
  if (!isRefusedContent(code)) return null
  const server = new Y.Doc()
  const text = await askForText(address, new AbortController().signal)
  if (text) Y.applyUpdate(server, text)
  return { kind: 'apart', ...refused, server }
}

export interface GivenUp {
  doc: Y.Doc
  plan: Plan
  changes: number
  authored: readonly Authored[]
  attempts: number
  copy: LocalCopy | null
  shelf: Shelf
}

/**
 * Carries a plan out when nothing more is written into the document. This device's copy is given up only once what
 * takes its place is kept: words are on the shelf first, and changes that were written anew come into the copy with
 * the removal of the old ones. Null when the device could not keep it: then all stays as it was.
 */
export async function handOver(given: GivenUp): Promise<Seed | null> {
  const { doc, plan, changes, copy, shelf } = given
  const attempts = given.attempts + 1
  if (plan.kind === 'anew') {
    const { update, clients } = reauthor(doc, given.authored)
    const isKept = await replaceCopy(copy, update, changes, clients[0]?.client ?? 0)
    return isKept === null ? null : { update, changes, authored: clients, attempts, isKept, apart: null }
  }
  const words = wordsBeyond(doc, plan.server)
  const kept = words || changes > 0 ? await shelf.keep(words, plan.code, plan.params) : null
  const isSafe = kept === null || kept.isKept || !copy?.keeps.get()
  if (!isSafe || (await replaceCopy(copy, null, 0, 0)) === null) return null
  const apart = kept && { doc, id: kept.id }
  return { update: null, changes: 0, authored: [], attempts, isKept: true, apart }
}

/** False where the device keeps nothing, so that nothing is lost by it either; null when it keeps, but could not do this. */
async function replaceCopy(
  copy: LocalCopy | null,
  update: Uint8Array | null,
  changes: number,
  client: number,
): Promise<boolean | null> {
  if (!copy) return false
  // after a failure it may keep nothing any more, though it did
  const hasKept = copy.keeps.get()
  const isKept = await copy.replaceWith(update, changes, client)
  return isKept || !hasKept ? isKept : null
}
