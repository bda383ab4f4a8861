import * as Y from 'yjs'
import type { ErrorCode } from '../../shared/errors.ts'
import { askForText } from './first-text.ts'
import { plainText } from './plain-text.ts'
import { isRefusedContent, linesMissing, recoveredWords } from './recovered-words.ts'
import { reauthor, type Authored } from './reauthor.ts'

/** What a room begins with when it takes the place of one whose changes were not taken as they were. */
export interface Seed {
  /** Changes that are still to be sent, beyond what the server has; null when there are none. */
  update: Uint8Array | null
  changes: number
  /** Client ids that wrote them and that the server has not given to this person yet. */
  authored: readonly Authored[]
  /** How many rooms in a row had to be replaced. */
  attempts: number
}

/** A room is replaced at most so often in a row; then the person decides. */
export const mostAttempts = 3

export interface Refused {
  doc: Y.Doc
  code: ErrorCode
  changes: number
  authored: readonly Authored[]
  attempts: number
  /** Where the document's text is read, and whose words it is about. */
  address: string
  userId: string
  roomId: string
}

/**
 * What becomes of a document's unsent changes that the server does not take as they are: those under a client id that
 * is another's are written anew under an id of their own; those whose content is refused are kept apart as words, to
 * be copied, and not sent again. Null when neither helps: then they stay as they are, and the person decides.
 */
export async function replacementFor(refused: Refused): Promise<Seed | null> {
  const { doc, code, changes, authored } = refused
  const attempts = refused.attempts + 1
  if (attempts > mostAttempts) return null
  if (code === 'client_id_taken' && authored.length > 0) {
    const { update, clients } = reauthor(doc, authored)
    return { update, changes, authored: clients, attempts }
  }
  if (!isRefusedContent(code)) return null
  const text = await askForText(refused.address, new AbortController().signal)
  // read as late as possible: a person types on while the question is out
  const mine = plainText(doc)
  const words = text ? linesMissing(mine, plainTextOf(text)) : mine
  if (words || changes > 0) recoveredWords(refused.userId, refused.roomId).keep(words, code)
  return { update: null, changes: 0, authored: [], attempts }
}

function plainTextOf(update: Uint8Array): string {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, update)
  return plainText(doc)
}
