import { z } from '@hono/zod-openapi'
import { trailCheck, trailList, trailPage, type TrailHead } from '../../shared/trail.ts'
import type { Database } from '../db/database.ts'
import type { LargeReplies } from '../http/limits/large-replies.ts'
import { binary, declareRoute, feature, json } from '../http/route.ts'
import type { Reading } from '../rooms/ports.ts'
import { checkTrail } from './check.ts'
import { largestSeq, listEntries, pageBytes, readHead, readRows, trailBytes } from './read.ts'

interface Needs {
  database: Database
  reading: Reading
  largeReplies: LargeReplies
  /** Heads of the project's chain that people signed. */
  witnesses(projectId: string): Promise<TrailHead[]>
}

const params = z.object({ projectId: z.string() })
const page = z.object({
  before: z.coerce.number().int().min(1).max(largestSeq).optional(),
  limit: z.coerce.number().int().min(1).max(trailPage.most).default(trailPage.usual),
})

/**
 * Who did what in a project, for all of its members: to look at, to be checked, and to take away. Reading it is not
 * written into it, or it would grow by being looked at.
 */
export function trailRoutes({ database, reading, largeReplies, witnesses }: Needs) {
  return feature('Trail')
    .openapi(
      declareRoute('project.read', {
        method: 'get',
        path: '/api/projects/{projectId}/trail',
        operationId: 'listTrail',
        summary: 'List who did what',
        description: 'The newest first; `before` is the `seq` of the last entry that was read.',
        request: { params, query: page },
        responses: { 200: json(trailList) },
      }),
      async (c) => {
        const { projectId, userId } = c.var.scope
        const wanted = c.req.valid('query')
        await reading.begin(userId, await pageBytes(database, projectId, wanted), c.req.raw.signal)
        const head = await readHead(database, projectId)
        return c.json({ entries: await listEntries(database, projectId, wanted), head }, 200)
      },
    )
    .openapi(
      declareRoute('project.read', {
        method: 'get',
        path: '/api/projects/{projectId}/trail/check',
        operationId: 'checkTrail',
        summary: 'Check the chain',
        description: 'Computes every hash of the chain anew and compares it with the heads that were signed.',
        request: { params },
        responses: { 200: json(trailCheck) },
      }),
      async (c) => {
        const { projectId, userId } = c.var.scope
        await reading.begin(userId, await trailBytes(database, projectId), c.req.raw.signal)
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
        operationId: 'downloadTrail',
        summary: 'Download the whole chain',
        description:
          'The whole chain, an entry a line, as it was hashed: the SHA-256 of a line without its line feed is the `previous` of the next, and that of the last is the head.',
        request: { params },
        responses: { 200: binary('Canonical JSON lines') },
      }),
      async (c) => {
        const { projectId } = c.var.scope
        const { entries } = await readHead(database, projectId)
        const read = async () => linesOf(readRows(database, projectId, entries))
        // read no faster than it is taken, and so hardly held
        return largeReplies.text(c, await trailBytes(database, projectId), downloaded, read)
      },
    )
}

const downloaded = {
  'Content-Type': 'application/octet-stream',
  'Content-Disposition': 'attachment; filename="trail.jsonl"',
  'X-Content-Type-Options': 'nosniff',
}

async function* linesOf(parts: AsyncIterable<{ line: string }[]>): AsyncGenerator<string, void> {
  for await (const rows of parts) yield rows.map(({ line }) => `${line}\n`).join('')
}
