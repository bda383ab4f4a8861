import { binary } from '../http/route.ts'

/** The reply of a route that hands out a file. */
export const download = (type: string, description: string) => ({
  200: binary(description, type),
})

/** The headers of a file that is to be kept under a name, never to be shown in place. */
export const keptAs = (type: string, name: string): Record<string, string> => ({
  'Content-Type': type,
  'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name).replace(/['()*]/g, '_')}`,
  'Cache-Control': 'private, no-store',
  'X-Content-Type-Options': 'nosniff',
})

/** A name without what a file system would trip over. */
export const tidyName = (name: string): string => name.replace(/[\p{Cc}\p{Cf}/\\:*?"<>|]+/gu, ' ').trim()
