import { z } from '@hono/zod-openapi'
import { Refusal } from '../../shared/errors.ts'
import type { Publish } from '../../shared/wire/events.ts'
import {
  createVersion,
  version,
  versionPage,
  versionSummary,
  type VersionSummary,
} from '../../shared/history.ts'
import type { Database } from '../db/database.ts'
import { requesterOf } from '../http/requester.ts'
import type { Converter, Requester } from '../conversions/task.ts'
import type { LargeReplies } from '../http/limits/large-replies.ts'
import { ofConversion } from '../http/refusals.ts'
import { declareRoute, feature, json, nothing } from '../http/route.ts'
import type { Rooms } from '../rooms/ports.ts'
import { actorOf } from '../trail/append.ts'
import { restoreVersion } from './restore.ts'
import { convertState } from './capture.ts'
import { listVersions, saveVersion, type VersionBounds } from './versions.ts'
import { readVersion, versionBytes } from './version-text.ts'

interface Needs extends VersionBounds {
  database: Database
  converter: Converter
  publish: Publish
  rooms: Pick<Rooms, 'read' | 'edit' | 'reading'>
  largeReplies: LargeReplies
  /** Told before a version is kept of a document, or its text is replaced, while it is known who put what there. */
  noteShown(documentId: string, by: Requester): Promise<void>
}

const params = z.object({ documentId: z.string() })
const page = z.object({
  before: z.coerce.number().int().min(1).max(2_147_483_647).optional(),
  limit: z.coerce.number().int().min(1).max(versionPage.most).default(versionPage.usual),
})
/** What one version of a list costs to read and to write out, as bytes of a text. */
const summaryBytes = 1_000
const versionParams = params.extend({ versionId: z.string() })

/** What a document with many versions is refused. */
const ofVersions = ['too_many_versions', 'versions_full', 'own_share_full'] as const

/** Versions of a document: kept by name, looked at, brought back. */
export function historyRoutes({
  database,
  converter,
  publish,
  rooms,
  limits,
  diskShare,
  noteShown,
  largeReplies,
}: Needs) {
  async function known(documentId: string, versionId: string, by: Requester) {
    const found = await readVersion({ database, converter }, documentId, versionId, by)
    if (!found) throw new Refusal('not_found')
    return found
  }

  return feature('Versions')
    .openapi(
      declareRoute('project.read', {
        method: 'get',
        path: '/api/documents/{documentId}/versions',
        operationId: 'listVersions',
        summary: 'List the versions of a document',
        guests: true,
        description: 'The latest first; `before` is the number of the last version that was read.',
        request: { params, query: page },
        responses: { 200: json(z.object({ versions: z.array(versionSummary) })) },
      }),
      async (c) => {
        const wanted = c.req.valid('query')
        await rooms.reading.begin(c.var.user.id, wanted.limit * summaryBytes, c.req.raw.signal)
        return c.json(
          { versions: await listVersions(database, c.req.valid('param').documentId, wanted) },
          200,
        )
      },
    )
    .openapi(
      declareRoute('version.create', {
        method: 'post',
        path: '/api/documents/{documentId}/versions',
        operationId: 'createVersion',
        summary: 'Keep the text as a version',
        guests: true,
        refusals: [...ofConversion, ...ofVersions],
        request: { params, body: json(createVersion) },
        responses: { 201: json(z.object({ version: versionSummary })) },
      }),
      async (c) => {
        const { documentId } = c.req.valid('param')
        const { name } = c.req.valid('json')
        await noteShown(documentId, requesterOf(c))
        const capture = await convertState(
          converter,
          await rooms.read(documentId, c.var.user.id, c.req.raw.signal),
          requesterOf(c),
        )
        const by = actorOf(c.var)
        const saved = await saveVersion(c.var.database, documentId, by, name, capture, { limits, diskShare })
        publish(c.var.scope.projectId, { type: 'version.saved', version: saved })
        return c.json({ version: saved }, 201)
      },
    )
    .openapi(
      declareRoute('project.read', {
        method: 'get',
        path: '/api/documents/{documentId}/versions/{versionId}',
        operationId: 'getVersion',
        summary: 'Read a version with its text',
        guests: true,
        refusals: ofConversion,
        request: { params: versionParams },
        responses: { 200: json(z.object({ version })) },
      }),
      async (c) => {
        const { documentId, versionId } = c.req.valid('param')
        const read = async () => {
          const { contentText, ...found } = await known(documentId, versionId, requesterOf(c))
          // as the database wrote it: nothing is taken apart and put together again
          return versionAsJson(found, contentText)
        }
        const bytes = await versionBytes(database, documentId, versionId)
        // it is what the route says, in pieces
        return (await largeReplies.json(c, bytes, read)) as never
      },
    )
    .openapi(
      declareRoute('version.restore', {
        method: 'post',
        path: '/api/documents/{documentId}/versions/{versionId}/restore',
        operationId: 'restoreVersion',
        summary: 'Bring a version’s text back',
        guests: true,
        refusals: [...ofConversion, ...ofVersions, 'document_full', 'history_full', 'too_many_bytes'],
        request: { params: versionParams },
        responses: { 204: nothing },
      }),
      async (c) => {
        const { documentId, versionId } = c.req.valid('param')
        const size = await versionBytes(database, documentId, versionId)
        await rooms.reading.begin(c.var.user.id, size, c.req.raw.signal)
        const wanted = await known(documentId, versionId, requesterOf(c))
        await noteShown(documentId, requesterOf(c))
        const { projectId } = c.var.scope
        const { inOneTurn, user } = c.var
        await restoreVersion(
          { database: c.var.database, inOneTurn, rooms, converter, bounds: { limits, diskShare } },
          { requester: requesterOf(c), by: actorOf(c.var), locale: user.locale },
          wanted,
          {
            saved: (one) => publish(projectId, { type: 'version.saved', version: one }),
            restored: (kept) => {
              const { contentText: _, ...restored } = wanted
              const { id, name } = user
              publish(projectId, { type: 'version.restored', version: restored, kept, by: { id, name } })
            },
          },
        )
        return c.body(null, 204)
      },
    )
}

function* versionAsJson(summary: VersionSummary, contentText: Iterable<string>): Generator<string, void> {
  yield `{"version":${JSON.stringify(summary).slice(0, -1)},"content":`
  yield* contentText
  yield '}}'
}
