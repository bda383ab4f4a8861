import type { TextAnchor } from '../../shared/anchors.ts'
import type { ViolationReason } from '../../shared/document/violations.ts'
import { Refusal } from '../../shared/errors.ts'
import type { NodeAnchor } from '../../shared/node-anchors.ts'
import { plainOf } from '../../shared/replacement-text.ts'
import { isInText, resourceOf, type Replacement } from '../../shared/review.ts'
import type { Obstacles } from '../../shared/signoff.ts'
import type { Database } from '../db/database.ts'
import type { StoredHistory } from '../documents/history-chunk.ts'
import { storedHistory, type StateAt } from '../documents/state-at.ts'
import { convert, shortBytes } from '../jobs/convert.ts'
import { isObject, type Converter, type Requester, type Task } from '../jobs/task.ts'
import { WrittenJson } from '../trail/canonical.ts'
import type { BareThread } from './record-threads.ts'
import { findWritten, freezeText } from './freeze-text.ts'

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

export interface DocumentState extends StateAt {
  id: string
  title: string
}

export interface FrozenTexts {
  /** Those that convert without loss. */
  texts: Map<string, Pick<FrozenText, 'size' | 'pictures'> & { content: WrittenJson }>
  changedQuotes: Set<string>
  obstacles: Obstacles
}

/**
 * Converts the texts of one moment, and holds the points of that moment against them: what does not convert without
 * loss, which accepted proposals were never written, and whose quotations changed.
 */
export async function freezeTexts(
  database: Database,
  converter: Converter,
  requester: Requester,
  documents: DocumentState[],
  threads: BareThread[],
): Promise<FrozenTexts> {
  const frozen: FrozenTexts = {
    texts: new Map(),
    changedQuotes: new Set(),
    obstacles: { lossy: [], unwritten: [], unchecked: [] },
  }
  const unwritten = new Set<string>()
  const unchecked = new Set<string>()
  const present = new Set(documents.map(({ id }) => id))
  for (const { id, anchor } of threads) {
    const resourceId = resourceOf(anchor)
    if (resourceId !== null && !present.has(resourceId)) frozen.changedQuotes.add(id)
  }
  /* oxlint-disable no-await-in-loop -- one text at a time in memory */
  for (const { id, title, chunks, updates } of documents) {
    const quoted = threads.flatMap((one) => quotedIn(one, id))
    const proposals = threads.flatMap((one) => acceptedIn(one, id))
    const text = await convert(
      converter,
      freezeTask,
      freezeText,
      { chunks, updates, quoted, proposals },
      unpackedBytes(chunks) + bytesOf(updates) + quoted.length * pointBytes + wordsOf(proposals),
      requester,
    )
    const { content, size, pictures } = text
    if (content) frozen.texts.set(id, { content: new WrittenJson(content), size, pictures })
    for (const { block, heading, quote } of text.lossy.slice(0, mostPlaces)) {
      frozen.obstacles.lossy.push({ documentId: id, title, block, heading, quote })
    }
    for (const threadId of text.changedQuotes) frozen.changedQuotes.add(threadId)
    for (const threadId of text.unwritten) unwritten.add(threadId)
    const unsure = proposals.filter(({ threadId }) => text.unsure.includes(threadId))
    if (unsure.length === 0) continue
    const history = await database.transaction((tx) => storedHistory(tx, id), {
      isolationLevel: 'repeatable read',
      accessMode: 'read only',
    })
    const written = await convert(
      converter,
      findWrittenTask,
      findWritten,
      { history, proposals: unsure },
      // gone through again and again
      unpackedBytes(history.chunks) +
        bytesOf(history.logged.map(({ update }) => update)) * unsure.length +
        history.logged.length * pointBytes +
        wordsOf(unsure),
      requester,
    ).catch((failure: unknown) => {
      // a history that cannot be gone through proves nothing: the points are named, and can be opened again
      if (failure instanceof Refusal && failure.code.startsWith('conversion_')) return null
      throw failure
    })
    for (const { threadId } of unsure) {
      if (!written) unchecked.add(threadId)
      else if (!written.includes(threadId)) unwritten.add(threadId)
    }
  }
  /* oxlint-enable no-await-in-loop */
  const named = (ids: Set<string>) => threads.filter(({ id }) => ids.has(id)).flatMap(inTheWay)
  frozen.obstacles.unwritten = named(unwritten)
  frozen.obstacles.unchecked = named(unchecked)
  return frozen
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

/** Places of one text that are told: whoever writes it anew sees the rest then. */
const mostPlaces = 20

/** The longest words of an obstacle that are told, in characters. */
const longestWords = 200

const shortened = (words: string): string =>
  words.length > longestWords ? `${words.slice(0, longestWords - 1).replace(/\p{Surrogate}$/u, '')}…` : words

function inTheWay({ id: threadId, number, anchor, replacement }: BareThread): Obstacles['unwritten'] {
  if (anchor.type !== 'text' || !replacement) return []
  const { documentId, quote } = anchor
  const words = shortened(plainOf(replacement))
  return [{ threadId, number, documentId, quote: shortened(quote), replacement: words }]
}

const quotedIn = ({ id: threadId, anchor, draft }: BareThread, documentId: string): Quoted[] =>
  draft || !isInText(anchor) || anchor.documentId !== documentId ? [] : [{ threadId, anchor }]

function acceptedIn(thread: BareThread, documentId: string): AcceptedProposal[] {
  const { id: threadId, anchor, accepted, replacement, closedBy, closedAt } = thread
  if (!accepted || !replacement || !closedBy || !closedAt) return []
  if (anchor.type !== 'text' || anchor.documentId !== documentId) return []
  return [{ threadId, anchor, replacement, acceptedAt: Date.parse(closedAt) }]
}

/** @throws Refusal `text_lossy`, `proposal_unwritten`, `proposal_unchecked`, each with the first place */
export function refuseObstacles({ lossy, unwritten, unchecked }: Obstacles): void {
  const [place] = lossy
  if (place) {
    const { documentId, title, block, heading, quote } = place
    throw new Refusal('text_lossy', { documentId, title, block, heading: heading || title, quote })
  }
  const [first] = unwritten
  if (first) throw new Refusal('proposal_unwritten', { count: unwritten.length, number: first.number })
  const [open] = unchecked
  if (open) throw new Refusal('proposal_unchecked', { count: unchecked.length, number: open.number })
}
