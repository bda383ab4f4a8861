import type { Context } from 'hono'
import { streamOf } from '../files/pieces.ts'
import { binary, type Env } from '../http/route.ts'

/** The reply of a route that hands out a file. */
export const download = (type: string, description: string) => ({
  200: binary(description, type),
})

/** Sends a file to be kept under a name, never to be shown in place. */
export const send = (c: Context<Env>, bytes: Uint8Array | string, type: string, name: string) =>
  c.body(typeof bytes === 'string' ? bytes : streamOf(bytes), 200, {
    ...(typeof bytes !== 'string' && { 'Content-Length': String(bytes.length) }),
    'Content-Type': type,
    'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name).replace(/['()*]/g, '_')}`,
    'Cache-Control': 'private, no-store',
    'X-Content-Type-Options': 'nosniff',
  })

/** A name without what a file system would trip over. */
export const tidyName = (name: string): string => name.replace(/[\p{Cc}\p{Cf}/\\:*?"<>|]+/gu, ' ').trim()
