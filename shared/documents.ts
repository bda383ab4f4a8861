import { z } from 'zod'
import { plainLine } from './text/plain-text.ts'

export const documentKinds = ['brief', 'spec'] as const
export type DocumentKind = (typeof documentKinds)[number]

/** What a new document starts with; each has its text in both languages on the server. */
export const templates = ['blank', 'brief', 'spec'] as const
export type Template = (typeof templates)[number]

/** How long the title of a document is, in characters. */
export const titleCharacters = 160
const title = plainLine(titleCharacters).min(1)

export const createDocument = z.object({
  kind: z.enum(documentKinds),
  title,
  template: z.enum(templates).default('blank'),
})
export const changeDocument = z.object({ title })

export const documentSummary = z.object({
  id: z.string(),
  projectId: z.string(),
  kind: z.enum(documentKinds),
  title: z.string(),
  createdAt: z.string(),
  updatedAt: z.string(),
})
export type DocumentSummary = z.infer<typeof documentSummary>

/** What the edits of a project's documents take, and may take, in bytes. */
export const historyUsage = z.object({ bytes: z.number().int(), limit: z.number().int() })

/**
 * What others put into a text since a moment, and took out of what was there then, as Yjs names it: by client id and
 * clock. What was written and removed again since is none of it.
 */
export const documentChanges = z.object({
  /** A client's writing is new from this clock on. */
  written: z.array(z.object({ client: z.number().int(), from: z.number().int() })),
  /** Ascending for each client, none touching another. */
  removed: z.array(z.object({ client: z.number().int(), clock: z.number().int(), length: z.number().int() })),
})
export type DocumentChanges = z.infer<typeof documentChanges>
