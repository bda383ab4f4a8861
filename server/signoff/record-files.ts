import { Refusal } from '../../shared/errors.ts'
import type { Limits } from '../../shared/limits.ts'
import type { PrintFinding, RevisionRecord } from '../../shared/signoff.ts'
import type { SaidPictures } from './record-threads.ts'

type Kept = RevisionRecord['files'][number]

/** As many are named as somebody reads. */
const namedAtMost = 50

/**
 * The pictures that belong to a record. Those of its texts all do: each print has them in memory, so more than
 * `revisionFileBytes` of them are refused, and whoever writes a text can take some out. What was said stays said, so
 * pictures of comments are taken in as long as they fit, the earliest first, and the rest is told before anybody signs:
 * nobody keeps a project from being signed by sending pictures.
 * @throws Refusal `pictures_too_large`, with the text that has the most
 */
export function filesOf(
  documents: readonly { title: string; sha256s: Iterable<string> }[],
  said: readonly SaidPictures[],
  kept: readonly Kept[],
  { revisionFileBytes: limit }: Pick<Limits, 'revisionFileBytes'>,
): { files: Kept[]; leftOut: PrintFinding[] } {
  const known = new Map(kept.map((file) => [file.sha256, file]))
  const taken = new Set<string>()
  let size = 0
  let most = { title: '', bytes: 0 }
  for (const { title, sha256s } of documents) {
    let bytes = 0
    for (const sha256 of sha256s) {
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
  const inOrder = said.toSorted(
    (one, other) => order(one.createdAt, other.createdAt) || order(one.commentId, other.commentId),
  )
  for (const { number, sha256s } of inOrder) {
    for (const sha256 of sha256s) {
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
