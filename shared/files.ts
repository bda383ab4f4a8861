import { z } from 'zod'

/** Image types that a document may hold; the bytes decide, not the name. */
export const imageTypes = ['image/png', 'image/jpeg', 'image/webp', 'image/gif'] as const

/** A stored file of a project, named by the SHA-256 of its bytes (64 hex digits). */
export const storedFile = z.object({
  sha256: z.string(),
  name: z.string(),
  mediaType: z.string(),
  bytes: z.number().int(),
  width: z.number().int().nullable(),
  height: z.number().int().nullable(),
})
export type StoredFile = z.infer<typeof storedFile>
