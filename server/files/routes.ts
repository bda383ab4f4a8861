import { z } from '@hono/zod-openapi'
import { and, eq, sum } from 'drizzle-orm'
import { Refusal } from '../../shared/errors.ts'
import { imageTypes, storedFile, type StoredFile } from '../../shared/files.ts'
import type { Limits } from '../../shared/limits.ts'
import { leaveForOthers } from '../../shared/rules/fair-share.ts'
import type { TrailActor } from '../../shared/trail.ts'
import type { Database, Queries } from '../db/database.ts'
import { addressOf, wideNetworkOf } from '../http/address.ts'
import { requesterOf } from '../http/requester.ts'
import type { Converter } from '../conversions/task.ts'
import type { LargeReplies } from '../http/limits/large-replies.ts'
import { ofConversion } from '../http/refusals.ts'
import { declareRoute, feature, json } from '../http/route.ts'
import { stillMay } from '../http/access-recheck.ts'
import { lockProject } from '../projects/projects.ts'
import { actorOf, appendTrail } from '../trail/append.ts'
import { beginningBytes, inspectImage, measureTask } from './image.ts'
import { heldAgainst, piecesIn, sha256Of } from './kept-file.ts'
import type { Booking, DiskShare } from './disk-share.ts'
import { cleanName, disposition } from './name.ts'
import type { FileStore, Staged } from './store.ts'
import type { ReadableFiles } from './readable.ts'
import { files, fileUploads } from './tables.ts'
import { createUploads } from './uploads.ts'

interface Needs {
  database: Database
  store: FileStore
  diskShare: Pick<DiskShare, 'storing'>
  limits: Limits
  readable: ReadableFiles
  converter: Converter
  largeReplies: LargeReplies
}

/** A weight, and no budget: so many bytes of a file are hashed twice and passed on in the time in which one of a text is read. */
const sentPerRead = 10
/** So much of a file is in memory while it is sent: a piece, and what of it the connection has not taken. */
const bytesInFlight = 524_288

const projectParams = z.object({ projectId: z.string() })
const imageBytes = Object.fromEntries(
  imageTypes.map((type) => [type, { schema: { type: 'string', format: 'binary' } as const }]),
)

/** The images of a project. Only its members and guests get at them, whatever address they hold. */
export function fileRoutes({ database, store, diskShare, limits, readable, converter, largeReplies }: Needs) {
  const uploads = createUploads(limits)
  return feature('Files')
    .openapi(
      declareRoute('file.upload', {
        method: 'post',
        path: '/api/projects/{projectId}/files',
        operationId: 'uploadFile',
        summary: 'Store a picture',
        refusals: [
          ...ofConversion,
          'file_type_unsupported',
          'file_type_mismatch',
          'file_too_large',
          'file_empty',
          'image_too_many_pixels',
          'too_many_uploads',
          'project_full',
          'own_share_full',
        ],
        guests: true,
        description: 'The body is the image itself; `X-File-Name` is its name, URI-encoded.',
        request: {
          params: projectParams,
          headers: z.object({ 'x-file-name': z.string().max(16_384).optional() }),
          body: { content: imageBytes },
        },
        responses: { 201: json(z.object({ file: storedFile }), 'Stored') },
      }),
      async (c) => {
        const mediaType = c.req.header('content-type') ?? ''
        const name = cleanName(decodeName(c.req.valid('header')['x-file-name'] ?? ''))
        if (!(imageTypes as readonly string[]).includes(mediaType)) throw new Refusal('file_type_unsupported')
        const announced = Number(c.req.header('content-length') ?? 0)
        if (announced > limits.fileBytes) throw new Refusal('file_too_large', { limit: limits.fileBytes })
        const { projectId, userId, resources } = c.var.scope
        const [held, free] = await Promise.all([heldBytes(database, projectId), store.freeBytes()])
        const upload = uploads.begin({
          userId,
          network: wideNetworkOf(addressOf(c)),
          projectId,
          announced,
          held,
          free,
        })
        const receive = async (booking: Booking): Promise<StoredFile> => {
          const staged = await store.stage(c.req.raw.body, limits.fileBytes, (bytes) => {
            upload.grow(bytes)
            booking.take(bytes)
          })
          try {
            const image = await inspectImage(
              await staged.beginning(beginningBytes),
              { name, mediaType },
              limits.imagePixels,
              () => converter.run(measureTask, () => staged.content(), requesterOf(c)),
            )
            const { sha256, bytes } = staged
            const row = { projectId, sha256, bytes, name, ...image, createdBy: userId }
            const kept = await keepWithin(c.var.database, limits.projectBytes, row, actorOf(c.var), staged)
            if (!kept.isNew) booking.giveBack()
            return kept.file
          } finally {
            await staged.discard()
          }
        }
        try {
          const file = await diskShare.storing(userId, receive)
          // what others call it, where a guest may not see it, is not told
          return c.json({ file: resources === null ? file : { ...file, name } }, 201)
        } finally {
          upload.end()
        }
      },
    )
    .openapi(
      declareRoute('project.read', {
        method: 'get',
        path: '/api/projects/{projectId}/files/{sha256}',
        operationId: 'getFile',
        summary: 'Read a picture',
        guests: true,
        refusals: ['file_broken'],
        description: 'A guest gets what the opened documents show, and what they sent themselves.',
        request: { params: projectParams.extend({ sha256: z.string() }) },
        responses: { 200: { description: 'The image', content: imageBytes } },
      }),
      async (c) => {
        const { sha256 } = c.req.valid('param')
        const within = and(eq(files.projectId, c.var.scope.projectId), eq(files.sha256, sha256))
        const [file] = await database.select().from(files).where(within)
        const name = (await readable(c.var.scope, [sha256])).get(sha256)
        if (!file || name === undefined) throw new Refusal('not_found')
        const headers = {
          'Content-Type': file.mediaType,
          'Content-Disposition': disposition(name),
          'Cache-Control': 'private, max-age=31536000, immutable',
        }
        const [read, held] = [file.bytes / sentPerRead, Math.min(file.bytes, bytesInFlight)]
        return largeReplies.file(c, { read, held, length: file.bytes }, headers, async () => {
          const kept = await store.open(sha256)
          if (!kept) throw new Refusal('not_found')
          const close = () => void kept.close()
          // it may stand in what was signed: nothing of another picture is shown in its place
          if ((await sha256Of(piecesIn(kept))) !== sha256) {
            close()
            throw new Refusal('file_broken', { name, sha256 })
          }
          return { length: kept.size, read: () => heldAgainst(piecesIn(kept), sha256), close }
        }) as never
      },
    )
}

/**
 * Writes the file's row and keeps its bytes, unless the project would pass its share of the disk. The bytes are
 * durable before the row is committed: a row never names a file that is not there. They are kept when nothing but the
 * commit can fail any more, so that no bytes stay of what is refused. `isNew`: the project did not have it.
 */
async function keepWithin(
  database: Database,
  share: number,
  row: typeof files.$inferInsert,
  actor: TrailActor,
  staged: Pick<Staged, 'keep'>,
): Promise<{ file: StoredFile; isNew: boolean }> {
  const { projectId, sha256, name, mediaType, bytes } = row
  const isThis = and(eq(files.projectId, projectId), eq(files.sha256, sha256))
  return database.transaction(async (db) => {
    // One at a time in a project, or two uploads would each see room for itself.
    await lockProject(db, projectId)
    const [present] = await db.select().from(files).where(isThis)
    const sent = { projectId, sha256, userId: row.createdBy, name }
    if (present) {
      await db.insert(fileUploads).values(sent).onConflictDoNothing()
      await stillMay(db)
      // what lies there may have been changed or lost since: this is how it is put right
      await staged.keep()
      return { file: toStored(present), isNew: false }
    }
    const held = await heldBytes(db, projectId)
    if (held + bytes > share) throw new Refusal('project_full', { limit: share })
    const own = await heldBytes(db, projectId, row.createdBy)
    leaveForOthers({ held, own, added: bytes, limit: share })
    await db.insert(fileUploads).values(sent).onConflictDoNothing()
    const [stored] = await db.insert(files).values(row).returning()
    const act = { action: 'file.added', subject: { file: { sha256, name } } } as const
    await appendTrail(db, projectId, [{ ...act, actor, details: { mediaType, bytes } }])
    await staged.keep()
    return { file: toStored(stored!), isNew: true }
  })
}

/** What a project's files take, or those of them that one person sent first. */
async function heldBytes(db: Queries, projectId: string, createdBy?: string): Promise<number> {
  const [held] = await db
    .select({ bytes: sum(files.bytes) })
    .from(files)
    .where(and(eq(files.projectId, projectId), createdBy ? eq(files.createdBy, createdBy) : undefined))
  return Number(held?.bytes ?? 0)
}

/** What is told of a file: of its row no more. */
const toStored = (row: typeof files.$inferSelect): StoredFile => storedFile.parse(row)

function decodeName(given: string): string {
  try {
    return decodeURIComponent(given)
  } catch {
    throw new Refusal('invalid_input', { field: 'x-file-name' })
  }
}
