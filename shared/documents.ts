import { z } from 'zod'

export const documentKinds = ['brief', 'spec'] as const
export type DocumentKind = (typeof documentKinds)[number]

/** What a new document starts with; each has its text in both languages on the server. */
export const templates = ['blank', 'brief', 'spec'] as const
export type Template = (typeof templates)[number]

const title = z.string().trim().min(1).max(160)

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
