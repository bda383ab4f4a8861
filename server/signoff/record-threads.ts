import type { Thread } from '../../shared/review.ts'
import type { Transaction } from '../db/database.ts'
import type { BareThread } from '../resources/kinds.ts'
import { shownFiles } from '../resources/shown-files.ts'
import { listThreadSizes, threadsInParts } from '../review/large-lists.ts'
import { canonicalInPieces, startTurns, WrittenJson } from '../trail/canonical.ts'

/** The pictures of one comment. */
export interface SaidPictures {
  /** Its point's. */
  number: number
  commentId: string
  createdAt: string
  sha256s: Iterable<string>
}

/**
 * The points of a project as a record holds them. What was said is megabytes, and as objects they would be the longest
 * pauses of the process when its memory is tidied: it is held as the bytes that are signed.
 */
export interface RecordThreads {
  threads: BareThread[]
  /** Each of them whole, in the same order. */
  written: WrittenJson[]
  pictures: SaidPictures[]
}

/** Reads all that is published, by number, of the transaction's moment. */
export async function readRecordThreads(tx: Transaction, projectId: string): Promise<RecordThreads> {
  const read: RecordThreads = { threads: [], written: [], pictures: [] }
  const turns = startTurns()
  for await (const whole of eachThread(tx, projectId)) {
    const { comments, ...thread } = whole
    read.threads.push(thread)
    read.written.push(new WrittenJson(await canonicalInPieces(whole, turns)))
    for (const { id: commentId, createdAt, content } of comments) {
      const sha256s = content ? shownFiles(content) : null
      if (sha256s?.size) read.pictures.push({ number: whole.number, commentId, createdAt, sha256s })
    }
  }
  return read
}

/** The same without anything that was said. */
export async function readBareThreads(tx: Transaction, projectId: string): Promise<BareThread[]> {
  const threads: BareThread[] = []
  for await (const { comments: _, ...thread } of eachThread(tx, projectId)) threads.push(thread)
  return threads
}

async function* eachThread(tx: Transaction, projectId: string): AsyncGenerator<Thread, void> {
  yield* threadsInParts(tx, projectId, await listThreadSizes(tx, projectId))
}
