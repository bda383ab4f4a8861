import type { LogEntry } from '../rooms/ports.ts'

/** So many documents' last numbers are remembered; then all of them are forgotten, and asked for anew. */
const mostRemembered = 10_000

/**
 * The number of the last update of each document that this process has logged, so that the next ones need not be asked
 * for. Another process may have logged more since: who takes numbers from here has to be told when they are not free.
 */
export class LogHeads {
  private readonly heads = new Map<string, number>()

  /** Takes the next numbers, one for each entry in their order; null, and takes none, where one document's are unknown. */
  take(entries: readonly LogEntry[]): number[] | null {
    for (const { roomId } of entries) if (!this.heads.has(roomId)) return null
    return entries.map(({ roomId }) => {
      const seq = this.heads.get(roomId)! + 1
      this.heads.set(roomId, seq)
      return seq
    })
  }

  /** An update of a document was logged under a number. */
  note(documentId: string, seq: number): void {
    if (this.heads.size >= mostRemembered) this.heads.clear()
    this.heads.set(documentId, Math.max(seq, this.heads.get(documentId) ?? 0))
  }

  /** What was taken for these is not known to be logged. */
  forget(entries: readonly LogEntry[]): void {
    for (const { roomId } of entries) this.heads.delete(roomId)
  }
}
