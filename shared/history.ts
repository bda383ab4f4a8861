import { z } from 'zod'
import { plainLine } from './text/plain-text.ts'

/** How long the name of a version is, in characters. */
export const versionNameCharacters = 120
export const createVersion = z.object({ name: plainLine(versionNameCharacters).min(1) })

/** An immutable capture of one document. `number` counts 1, 2, 3 … within the document. */
export const versionSummary = z.object({
  id: z.string(),
  documentId: z.string(),
  number: z.number().int(),
  name: z.string(),
  createdBy: z.string(),
  createdAt: z.string(),
})
export type VersionSummary = z.infer<typeof versionSummary>

/** How many versions a page has when nothing else is asked for, and the most that it may have. */
export const versionPage = { usual: 50, most: 200 }

/** A version with its text, as the JSON of the document schema. */
export const version = versionSummary.extend({ content: z.looseObject({ type: z.literal('doc') }) })
export type Version = z.infer<typeof version>
