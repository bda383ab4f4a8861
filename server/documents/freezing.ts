import { eq } from 'drizzle-orm'
import type { TextAnchor } from '../../shared/anchors/anchors.ts'
import type { ViolationReason } from '../../shared/document/violations.ts'
import { Refusal } from '../../shared/errors.ts'
import type { NodeAnchor } from '../../shared/anchors/node-anchors.ts'
import { isInText, type Replacement } from '../../shared/review.ts'
import type { Transaction } from '../db/database.ts'
import { convert, shortBytes } from '../conversions/convert.ts'
import { packList, type PackedList } from '../conversions/packed-list.ts'
import { isObject, type Task } from '../conversions/task.ts'
import type { BareThread, Freeze, FreezeDeps } from '../resources/kinds.ts'
import { findWritten, freezeText } from './freeze-text.ts'
import type { LoggedPieces } from '../history/logged-pieces.ts'
import { historySize, stateAt, storedHistory, type StoredHistory } from '../history/history.ts'
import { documents } from '../history/tables.ts'

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
  base: Uint8Array | null
  updates: LoggedPieces
  /** Of `Quoted`. */
  quoted: PackedList
  /** Of `AcceptedProposal`. */
  proposals: PackedList
}

export interface FrozenText {
  /** Canonical JSON of the document schema in UTF-8, as it is signed; null when the text does not convert without loss. */
  content: Uint8Array | null
  /** Characters of that JSON. */
  size: number
  /** Characters of the text that nobody sees: each is printed as a code. */
  hidden: number
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
  /** Of `AcceptedProposal`. */
  proposals: PackedList
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
  const { chunks, base, updates, seq } = await stateAt(tx, documentId)
  return async (deps, threads) => {
    const quoted = threads.flatMap(quotedIn)
    const proposals = threads.flatMap(acceptedIn)
    const given = { quoted: await packList(quoted), proposals: await packList(proposals) }
    const { unsure, ...text } = await convert(
      deps.converter,
      freezeTask,
      freezeText,
      { chunks, base, updates, ...given },
      unpackedBytes(chunks) +
        (base?.length ?? 0) +
        bytesOf([...updates, ...given.proposals]) +
        quoted.length * threadBytes,
      deps.by,
    )
    const isUnsure = new Set(unsure)
    const open = proposals.filter(({ threadId }) => isUnsure.has(threadId))
    const written = open.length === 0 ? new Set() : await writtenOnce(deps, documentId, open)
    const missing = open.map(({ threadId }) => threadId).filter((id) => !written?.has(id))
    return {
      ...text,
      facts: { kind: document!.kind, seq },
      unwritten: written ? [...text.unwritten, ...missing] : text.unwritten,
      unchecked: written ? [] : missing,
    }
  }
}

/**
 * Those of the proposals that its history tells were written once; null where it cannot be gone through: that proves
 * nothing, the points are named, and can be opened again. A long history is charged, and read when its turn has come.
 */
async function writtenOnce(
  { database, converter, by, charge }: FreezeDeps,
  documentId: string,
  proposals: AcceptedProposal[],
): Promise<Set<string> | null> {
  const { folded, logged, updates } = await historySize(database, documentId)
  const packed = await packList(proposals)
  const read = async (): Promise<WordsToFind> => ({
    history: await database.transaction((tx) => storedHistory(tx, documentId), {
      isolationLevel: 'repeatable read',
      accessMode: 'read only',
    }),
    proposals: packed,
  })
  // it is gone through again and again
  const work = folded + logged * proposals.length + updates * threadBytes + bytesOf(packed)
  try {
    if (folded === 0 && work <= shortBytes) return new Set(findWritten(await read()))
    await charge(folded + logged)
    return new Set(await converter.run(findWrittenTask, read, by))
  } catch (failure) {
    if (failure instanceof Refusal && failure.code.startsWith('conversion_')) return null
    throw failure
  }
}

/** What looking for one point's words costs, as so many bytes of text. */
const threadBytes = 200

const bytesOf = (updates: Uint8Array[]): number => updates.reduce((sum, { length }) => sum + length, 0)

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
