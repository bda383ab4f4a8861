import type { RevisionRecord } from '../../../shared/signoff.ts'

const endings: Record<string, string> = {
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/webp': 'webp',
  'image/gif': 'gif',
}

/** The name of a file inside a package: its SHA-256 and the ending of its type. */
export const fileName = (file: RevisionRecord['files'][number]): string =>
  `${file.sha256}.${endings[file.mediaType] ?? 'bin'}`

/** Reads a file of the store by its SHA-256. */
export type ReadFile = (sha256: string) => Promise<Uint8Array>
