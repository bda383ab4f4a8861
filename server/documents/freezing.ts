import { eq } from 'drizzle-orm'
import type { TextAnchor } from '../../shared/anchors.ts'
import type { ViolationReason } from '../../shared/document/violations.ts'
import { Refusal } from '../../shared/errors.ts'
import type { NodeAnchor } from '../../shared/node-anchors.ts'
import { isInText, type Replacement } from '../../shared/review.ts'
import type { Transaction } from '../db/database.ts'
import { convert, shortBytes } from '../jobs/convert.ts'
import { isObject, type Task } from '../jobs/task.ts'
import type { BareThread, Freeze, FreezeDeps } from '../resources/kinds.ts'
import { findWritten, freezeText } from './freeze-text.ts'
import type { StoredHistory } from './history-chunk.ts'
import { stateAt, storedHistory } from './state-at.ts'
import { documents } from './tables.ts'

export interface Quoted {
  threadId: string
  anchor: TextAnchor | NodeAnchor
}

export interface AcceptedProposal {
  threadId: string
  anchor: TextAnchor
  replacement: Replacement
  /** Milliseconds since 1970. */
  acceptedAt: number
}

/** A text, the points whose words are compared with it, and the proposals that it must hold. */
export interface TextToFreeze {
  /** Compressed history that comes before the updates. */
  chunks: Uint8Array[]
  updates: Uint8Array[]
  quoted: Quoted[]
  proposals: AcceptedProposal[]
}

export interface FrozenText {
  /** Canonical JSON of the document schema in UTF-8, as it is signed; null when the text does not convert without loss. */
  content: Uint8Array | null
  /** Characters of that JSON. */
  size: number
  /** The SHA-256 of every picture that it shows. */
  pictures: string[]
  lossy: { reason: ViolationReason; block: number; heading: string; quote: string }[]
  /** The points whose words the text does not have any more. */
  changedQuotes: string[]
  /** Accepted proposals whose old words still stand. */
  unwritten: string[]
  /** Accepted proposals of which the text has neither the old words nor the new ones: only its history can tell. */
  unsure: string[]
}

export interface WordsToFind {
  history: StoredHistory
  proposals: AcceptedProposal[]
}

/** `freezeText` and `findWritten`, in converter processes unless the text is short. */
export const freezeTask: Task<TextToFreeze, FrozenText> = {
  name: 'freeze text',
  kind: 'long',
  isOutput: isObject,
}
export const findWrittenTask: Task<WordsToFind, string[]> = {
  name: 'find written proposals',
  kind: 'long',
  isOutput: isObject,
}

/**
 * Reads a document's text in the snapshot of a revision. Afterwards it is converted, and the points on it are held
 * against it: what does not convert without loss, which accepted proposals were never written, and whose quotations
 * changed.
 */
export async function freezeDocument(tx: Transaction, documentId: string): Promise<Freeze> {
  const [document] = await tx
    .select({ kind: documents.kind })
    .from(documents)
    .where(eq(documents.id, documentId))
  const { chunks, updates, seq } = await stateAt(tx, documentId)
  return async (deps, threads) => {
    const quoted = threads.flatMap(quotedIn)
    const proposals = threads.flatMap(acceptedIn)
    const { unsure, ...text } = await convert(
      deps.converter,
      freezeTask,
      freezeText,
      { chunks, updates, quoted, proposals },
      unpackedBytes(chunks) + bytesOf(updates) + quoted.length * pointBytes + wordsOf(proposals),
      deps.by,
    )
    const open = proposals.filter(({ threadId }) => unsure.includes(threadId))
    const written = open.length === 0 ? [] : await writtenOnce(deps, documentId, open)
    const missing = open.map(({ threadId }) => threadId).filter((id) => !written?.includes(id))
    return {
      ...text,
      facts: { kind: document!.kind, seq },
      unwritten: written ? [...text.unwritten, ...missing] : text.unwritten,
      unchecked: written ? [] : missing,
    }
  }
}

/** Those of the proposals that its history tells were written once; null where it cannot be gone through. */
async function writtenOnce(
  { database, converter, by }: FreezeDeps,
  documentId: string,
  proposals: AcceptedProposal[],
): Promise<string[] | null> {
  const history = await database.transaction((tx) => storedHistory(tx, documentId), {
    isolationLevel: 'repeatable read',
    accessMode: 'read only',
  })
  return convert(
    converter,
    findWrittenTask,
    findWritten,
    { history, proposals },
    // gone through again and again
    unpackedBytes(history.chunks) +
      bytesOf(history.logged.map(({ update }) => update)) * proposals.length +
      history.logged.length * pointBytes +
      wordsOf(proposals),
    by,
  ).catch((failure: unknown) => {
    // a history that cannot be gone through proves nothing: the points are named, and can be opened again
    if (failure instanceof Refusal && failure.code.startsWith('conversion_')) return null
    throw failure
  })
}

/** What looking for one point's words costs, as so many bytes of text. */
const pointBytes = 200

const bytesOf = (updates: Uint8Array[]): number => updates.reduce((sum, { length }) => sum + length, 0)

/** What the new words of proposals are as JSON; counted no further than where it is much. */
function wordsOf(proposals: AcceptedProposal[]): number {
  let size = 0
  for (const { replacement } of proposals) {
    size += JSON.stringify(replacement).length
    if (size > shortBytes) break
  }
  return size
}

/** How much compressed history holds is not known before it is unpacked: never little. */
const unpackedBytes = (chunks: Uint8Array[]): number => (chunks.length > 0 ? Infinity : 0)

const quotedIn = ({ id: threadId, anchor, draft }: BareThread): Quoted[] =>
  draft || !isInText(anchor) ? [] : [{ threadId, anchor }]

function acceptedIn(thread: BareThread): AcceptedProposal[] {
  const { id: threadId, anchor, accepted, replacement, closedBy, closedAt } = thread
  if (!accepted || !replacement || !closedBy || !closedAt) return []
  if (anchor.type !== 'text') return []
  return [{ threadId, anchor, replacement, acceptedAt: Date.parse(closedAt) }]
}
