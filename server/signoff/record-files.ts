import { setImmediate as nextTurn } from 'node:timers/promises'
import { Refusal } from '../../shared/errors.ts'
import type { Limits } from '../../shared/limits.ts'
import type { PrintFinding, RevisionRecord } from '../../shared/signoff.ts'
import { shownFiles } from './shown-files.ts'

type Kept = RevisionRecord['files'][number]

/** So many are gone through at one go: a millisecond or two. */
const commentsAtOnce = 50

/** As many are named as somebody reads. */
const namedAtMost = 50

/**
 * The pictures that belong to a record. Those of its texts all do: each print has them in memory, so more than
 * `revisionFileBytes` of them are refused, and whoever writes a text can take some out. What was said stays said, so
 * pictures of comments are taken in as long as they fit, the earliest first, and the rest is told before anybody signs:
 * nobody keeps a project from being signed by sending pictures.
 * @throws Refusal `pictures_too_large`, with the text that has the most
 */
export async function filesOf(
  { documents, threads }: Pick<RevisionRecord, 'documents' | 'threads'>,
  kept: readonly Kept[],
  { revisionFileBytes: limit }: Pick<Limits, 'revisionFileBytes'>,
): Promise<{ files: Kept[]; leftOut: PrintFinding[] }> {
  const known = new Map(kept.map((file) => [file.sha256, file]))
  const taken = new Set<string>()
  let size = 0
  let most = { title: '', bytes: 0 }
  for (const { title, content } of documents) {
    let bytes = 0
    for (const sha256 of shownFiles(content)) {
      const file = known.get(sha256)
      if (!file) continue
      bytes += file.bytes
      if (!taken.has(sha256)) size += file.bytes
      taken.add(sha256)
    }
    if (bytes > most.bytes) most = { title, bytes }
  }
  if (size > limit) {
    const [large, largest] = [megabytes(Math.ceil, size), megabytes(Math.floor, limit)]
    throw new Refusal('pictures_too_large', { size: large, limit: largest, title: most.title })
  }
  const leftOut: PrintFinding[] = []
  const said = threads
    .flatMap(({ number, comments }) => comments.map((comment) => ({ number, ...comment })))
    .filter(({ content }) => content)
    .toSorted((one, other) => order(one.createdAt, other.createdAt) || order(one.id, other.id))
  for (const [at, { number, content }] of said.entries()) {
    // oxlint-disable-next-line no-await-in-loop -- megabytes may have been said: others have their turn
    if (at % commentsAtOnce === 0) await nextTurn()
    for (const sha256 of shownFiles(content)) {
      const file = known.get(sha256)
      if (!file || taken.has(sha256)) continue
      if (size + file.bytes > limit) {
        if (leftOut.length < namedAtMost)
          leftOut.push({ kind: 'attachment', place: `#${number}`, detail: file.name })
        continue
      }
      size += file.bytes
      taken.add(sha256)
    }
  }
  return { files: kept.filter(({ sha256 }) => taken.has(sha256)), leftOut }
}

const order = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)

const megabytes = (round: (value: number) => number, bytes: number): number => round(bytes / 1_048_576)
