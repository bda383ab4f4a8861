import type { KeptFile } from './kept-file.ts'

/** Bytes that were taken in but are not kept yet, so that they can be looked at first. */
export interface Staged {
  sha256: string
  bytes: number
  content(): Promise<Uint8Array>
  /** To read them in places; what is opened is to be closed. */
  open(): Promise<KeptFile>
  /** The first so many of them, or all. */
  beginning(bytes: number): Promise<Uint8Array>
  /** Makes them durable under their SHA-256. Keeping the same bytes twice is one file. */
  keep(): Promise<void>
  discard(): Promise<void>
}

/** What a store says of a file without reading it. */
export interface Seen {
  bytes: number
  /** Another one whenever the file was written anew, even with the same bytes or to the same size. */
  mark: string
}

/**
 * Where the bytes of files lie, named by their SHA-256 in 64 hex digits; nothing else is the name of a file. What every
 * store promises is tested by one suite (`tests/helpers/files/file-store-contract.ts`).
 */
export interface FileStore {
  /**
   * Takes bytes in as they come, never more than `limit`; `onBytes` is told of each piece before it is written, and
   * ends it by throwing. Nothing stays of what ends early. @throws Refusal `file_too_large`, `file_empty`
   */
  stage(
    source: ReadableStream<Uint8Array> | null,
    limit: number,
    onBytes?: (bytes: number) => void,
  ): Promise<Staged>
  /** How many bytes can still be written here. */
  freeBytes(): Promise<number>
  /** How many bytes a file is; 0 when none such is kept. */
  size(sha256: string): Promise<number>
  /** Null when no such file is kept; rejects when the store cannot tell, as it is away. */
  look(sha256: string): Promise<Seen | null>
  /** Null when no such file is kept. */
  read(sha256: string): Promise<Uint8Array | null>
  /** To read it in places; it is to be closed. Null when no such file is kept; rejects when the store cannot tell. */
  open(sha256: string): Promise<KeptFile | null>
  /** Forgets a file, if there is such a one; who has it open reads on. */
  remove(sha256: string): Promise<void>
}
