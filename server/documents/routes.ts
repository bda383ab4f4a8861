import { z } from '@hono/zod-openapi'
import {
  changeDocument,
  createDocument as create,
  documentChanges,
  documentSummary,
} from '../../shared/documents.ts'
import { Refusal } from '../../shared/errors.ts'
import type { Publish } from '../../shared/wire/events.ts'
import type { Limits } from '../../shared/limits.ts'
import { membership } from '../../shared/projects.ts'
import type { Database } from '../db/database.ts'
import { requesterOf } from '../http/requester.ts'
import type { LargeReplies } from '../http/limits/large-replies.ts'
import { ofConversion } from '../http/refusals.ts'
import { binary, declareRoute, feature, json, nothing } from '../http/route.ts'
import { convert } from '../conversions/convert.ts'
import type { Converter } from '../conversions/task.ts'
import { lockProject } from '../projects/projects.ts'
import type { Bus, Rooms } from '../rooms/ports.ts'
import { actorOf, appendTrail } from '../trail/append.ts'
import { changesAsJson, changesIn, changesSince, changesTask, rangeBytes } from '../history/changes.ts'
import { countDocuments, createDocument, readDocument, removeDocument, renameDocument } from './documents.ts'
import { templateContent } from './templates.ts'

interface Needs {
  database: Database
  limits: Limits
  converter: Converter
  publish: Publish
  recheck: Bus['recheck']
  rooms: Pick<Rooms, 'read' | 'reading'>
  largeReplies: LargeReplies
}

/** There was nothing before; a year 0 is none for the database. */
const moment = z.iso.datetime().refine((at) => Date.parse(at) >= 0)
const documentParams = z.object({ documentId: z.string() })
const openDocument = z.object({ document: documentSummary, me: membership, projectName: z.string() })

/** Briefs and specs as things in a project; their text goes through rooms. */
export function documentRoutes({
  database,
  converter,
  limits,
  publish,
  recheck,
  rooms,
  largeReplies,
}: Needs) {
  return feature('Documents')
    .openapi(
      declareRoute('document.create', {
        method: 'post',
        path: '/api/projects/{projectId}/documents',
        operationId: 'createDocument',
        summary: 'Create a document',
        refusals: ['too_many_documents'],
        request: { params: z.object({ projectId: z.string() }), body: json(create) },
        responses: { 201: json(z.object({ id: z.string() }), 'Created') },
      }),
      async (c) => {
        const { kind, title, template } = c.req.valid('json')
        const { projectId, userId } = c.var.scope
        const content = templateContent(template, c.var.user.locale)
        const id = await c.var.database.transaction(async (db) => {
          // of two at once each sees the other's
          await lockProject(db, projectId)
          const present = await countDocuments(db, projectId)
          if (present >= limits.documentsPerProject) {
            throw new Refusal('too_many_documents', { limit: limits.documentsPerProject })
          }
          const made = await createDocument(db, { projectId, userId, kind, title, content })
          const act = { action: 'document.created', subject: { document: { id: made, title } } } as const
          await appendTrail(db, projectId, [{ ...act, actor: actorOf(c.var), details: { kind, template } }])
          return made
        })
        publish(projectId, { type: 'project.changed' })
        return c.json({ id }, 201)
      },
    )
    .openapi(
      declareRoute('project.read', {
        method: 'get',
        path: '/api/documents/{documentId}',
        operationId: 'getDocument',
        summary: 'Read a document’s title and place',
        guests: true,
        request: { params: documentParams },
        responses: { 200: json(openDocument) },
      }),
      async (c) => {
        const { userId, side, role, phase, guestUntil } = c.var.scope
        const { document, projectName } = await readDocument(database, c.req.valid('param').documentId)
        return c.json({ document, me: { userId, side, role, phase, guestUntil }, projectName }, 200)
      },
    )
    .openapi(
      declareRoute('project.read', {
        method: 'get',
        path: '/api/documents/{documentId}/text',
        operationId: 'getDocumentText',
        summary: 'Read the whole text',
        guests: true,
        description:
          'The whole text, as one Yjs update (format 1). Who begins with it names its state vector when they enter the room, and is told there what they lack.',
        request: { params: documentParams },
        responses: { 200: binary('A Yjs update') },
      }),
      async (c) => {
        const update = await rooms.read(c.req.valid('param').documentId, c.var.user.id, c.req.raw.signal)
        return largeReplies.bytes(c, update, { 'Content-Type': 'application/octet-stream' }) as never
      },
    )
    .openapi(
      declareRoute('project.read', {
        method: 'get',
        path: '/api/documents/{documentId}/changes',
        operationId: 'listTextChanges',
        summary: 'Read what others changed in the text',
        guests: true,
        refusals: [...ofConversion, 'too_much_removed'],
        description:
          'What others than the reader wrote in the text since a moment, and removed of what it was then.',
        request: { params: documentParams, query: z.object({ since: moment }) },
        responses: { 200: json(documentChanges) },
      }),
      async (c) => {
        const { documentId } = c.req.valid('param')
        const since = new Date(c.req.valid('query').since)
        const { userId } = c.var.scope
        const changes = await changesSince(database, documentId, userId, since, {
          charge: (bytes) => rooms.reading.begin(userId, bytes, c.req.raw.signal),
          read: (stretch, bytes) =>
            convert(converter, changesTask, changesIn, stretch, bytes, requesterOf(c)),
        })
        const bytes = (changes.written.length + changes.removed.length) * rangeBytes
        // it is what the route says, in pieces
        return (await largeReplies.json(c, bytes, async () => changesAsJson(changes))) as never
      },
    )
    .openapi(
      declareRoute('document.write', {
        method: 'patch',
        path: '/api/documents/{documentId}',
        operationId: 'renameDocument',
        summary: 'Rename a document',
        guests: true,
        request: { params: documentParams, body: json(changeDocument) },
        responses: { 200: json(z.object({ document: documentSummary })) },
      }),
      async (c) => {
        const { documentId } = c.req.valid('param')
        const document = await renameDocument(
          c.var.database,
          documentId,
          c.req.valid('json').title,
          actorOf(c.var),
        )
        publish(document.projectId, { type: 'project.changed' })
        return c.json({ document }, 200)
      },
    )
    .openapi(
      declareRoute('document.remove', {
        method: 'delete',
        path: '/api/documents/{documentId}',
        operationId: 'removeDocument',
        summary: 'Remove a document',
        guests: true,
        request: { params: documentParams },
        responses: { 204: nothing },
      }),
      async (c) => {
        const { documentId } = c.req.valid('param')
        const { projectId } = c.var.scope
        await removeDocument(c.var.database, documentId, actorOf(c.var))
        await recheck({ roomId: documentId })
        publish(projectId, { type: 'project.changed' })
        c.var.log.info({ event: 'document removed', projectId, documentId, by: c.var.user.id })
        return c.body(null, 204)
      },
    )
}
