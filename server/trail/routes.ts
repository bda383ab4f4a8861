import { z } from '@hono/zod-openapi'
import { trailCheck, trailList, trailPage, type TrailHead } from '../../shared/trail.ts'
import type { Database } from '../db/database.ts'
import { binary, declareRoute, feature, json } from '../http/route.ts'
import { checkTrail } from './check.ts'
import { listEntries, readHead, readRows } from './read.ts'

interface Needs {
  database: Database
  /** Heads of the project's chain that people signed. */
  witnesses(projectId: string): Promise<TrailHead[]>
}

const params = z.object({ projectId: z.string() })
const page = z.object({
  before: z.coerce.number().int().min(1).optional(),
  limit: z.coerce.number().int().min(1).max(trailPage.most).default(trailPage.usual),
})

/**
 * Who did what in a project, for all of its members: to look at, to be checked, and to take away. Reading it is not
 * written into it, or it would grow by being looked at.
 */
export function trailRoutes({ database, witnesses }: Needs) {
  return feature()
    .openapi(
      declareRoute('project.read', {
        method: 'get',
        path: '/api/projects/{projectId}/trail',
        description: 'The newest first; `before` is the `seq` of the last entry that was read.',
        request: { params, query: page },
        responses: { 200: json(trailList) },
      }),
      async (c) => {
        const { projectId } = c.var.scope
        const head = await readHead(database, projectId)
        return c.json({ entries: await listEntries(database, projectId, c.req.valid('query')), head }, 200)
      },
    )
    .openapi(
      declareRoute('project.read', {
        method: 'get',
        path: '/api/projects/{projectId}/trail/check',
        description: 'Computes every hash of the chain anew and compares it with the heads that were signed.',
        request: { params },
        responses: { 200: json(trailCheck) },
      }),
      async (c) => {
        const { projectId } = c.var.scope
        const checked = await checkTrail(database, projectId, await witnesses(projectId))
        if (checked.brokenAt !== null) {
          c.var.log.error({ event: 'trail broken', projectId, at: checked.brokenAt })
        }
        return c.json(checked, 200)
      },
    )
    .openapi(
      declareRoute('project.read', {
        method: 'get',
        path: '/api/projects/{projectId}/trail.jsonl',
        description:
          'The whole chain, an entry a line, as it was hashed: the SHA-256 of a line without its line feed is the `previous` of the next, and that of the last is the head.',
        request: { params },
        responses: { 200: binary('Canonical JSON lines') },
      }),
      async (c) => {
        const { projectId } = c.var.scope
        const { entries } = await readHead(database, projectId)
        return c.body(streamOf(readRows(database, projectId, entries)), 200, {
          'Content-Type': 'application/octet-stream',
          'Content-Disposition': 'attachment; filename="trail.jsonl"',
          'X-Content-Type-Options': 'nosniff',
        })
      },
    )
}

/** Lines as bytes, read no faster than they are taken. */
function streamOf(parts: AsyncGenerator<{ line: string }[]>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { value: rows, done } = await parts.next()
      if (done) controller.close()
      else controller.enqueue(encoder.encode(rows.map(({ line }) => `${line}\n`).join('')))
    },
    async cancel() {
      await parts.return(undefined)
    },
  })
}
