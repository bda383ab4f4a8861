import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { locales, type Locale } from '../../shared/accounts.ts'
import { Refusal } from '../../shared/errors.ts'
import type { Database } from '../db/database.ts'
import type { FileStore } from '../files/store.ts'
import { requesterOf } from '../http/requester.ts'
import { convert } from '../jobs/convert.ts'
import type { Converter } from '../jobs/task.ts'
import { declareRoute, feature, type Env } from '../http/route.ts'
import { readProvedRevision, type StoredRevision } from '../signoff/revisions.ts'
import type { SigningKey } from '../signoff/signing-key.ts'
import { actorOf, recordAct } from '../trail/append.ts'
import { download, send, tidyName } from './download.ts'
import { buildPackage } from './package.ts'
import { fileName } from './revision-files.ts'
import { readSignedTrail } from './signed-trail.ts'
import { markdownTask, revisionFile } from './revision-markdown.ts'
import type { Typeset } from './typeset.ts'

interface Needs {
  database: Database
  store: FileStore
  key: SigningKey
  converter: Converter
  typeset: Typeset
}

const params = z.object({ projectId: z.string(), revisionId: z.string() })
const query = z.object({ locale: z.enum(locales).optional() })

/** A revision as PDF, as Markdown, and as the archive that anybody can check. All from the stored record. */
export function exportRoutes({ database, converter, store, key, typeset }: Needs) {
  /** Refuses to hand out what the stored signatures do not prove. */
  const readProved = async (c: Context<Env>, revisionId: string): Promise<StoredRevision> => {
    const revision = await readProvedRevision(database, key, c.var.scope.projectId, revisionId)
    c.var.log.info({ event: 'revision exported', userId: c.var.user.id, revisionId, path: c.req.path })
    return revision
  }

  const readFiles = async ({ record }: StoredRevision): Promise<Map<string, Uint8Array>> => {
    const found = new Map<string, Uint8Array>()
    for (const { sha256 } of record.files) {
      // oxlint-disable-next-line no-await-in-loop -- one at a time: a package can hold a hundred photos
      const bytes = await store.read(sha256)
      if (!bytes) throw new Refusal('storage_failed')
      found.set(sha256, bytes)
    }
    return found
  }

  const print = (
    c: Context<Env>,
    { summary, recordText, statements, record }: StoredRevision,
    files: Map<string, Uint8Array>,
    locale: Locale,
  ) =>
    typeset(
      {
        revision: { summary, recordText, statements },
        publicKeySha256: key.publicKeySha256,
        locale,
        images: record.files.map((file) => ({
          path: `/files/${fileName(file)}`,
          bytes: files.get(file.sha256)!,
        })),
      },
      requesterOf(c),
    )

  /** Who took it away. Written when it is whole, and before it is sent. */
  const recordTaken = (
    c: Context<Env>,
    { summary }: StoredRevision,
    format: 'pdf' | 'md' | 'zip',
  ): Promise<void> =>
    recordAct(database, summary.projectId, {
      actor: actorOf(c.var),
      action: format === 'zip' ? 'package.exported' : 'revision.exported',
      subject: { revision: { id: summary.id, letter: summary.letter } },
      details: { format },
    })

  return feature()
    .openapi(
      declareRoute('project.export', {
        method: 'get',
        path: '/api/projects/{projectId}/revisions/{revisionId}/revision.pdf',
        request: { params, query },
        responses: download('application/pdf', 'The printed revision; says so when it is not signed'),
      }),
      async (c) => {
        const revision = await readProved(c, c.req.valid('param').revisionId)
        const locale = c.req.valid('query').locale ?? c.var.user.locale
        const pdf = await print(c, revision, await readFiles(revision), locale)
        await recordTaken(c, revision, 'pdf')
        return send(c, pdf, 'application/pdf', nameOf(revision, 'pdf'))
      },
    )
    .openapi(
      declareRoute('project.export', {
        method: 'get',
        path: '/api/projects/{projectId}/revisions/{revisionId}/revision.md',
        request: { params, query },
        responses: download('text/markdown', 'The revision as GitHub-flavoured Markdown'),
      }),
      async (c) => {
        const revision = await readProved(c, c.req.valid('param').revisionId)
        const locale = c.req.valid('query').locale ?? c.var.user.locale
        const { summary, recordText, statements } = revision
        const job = { revision: { summary, recordText, statements }, locale }
        const text = await convert(
          converter,
          markdownTask,
          revisionFile,
          job,
          recordText.length,
          requesterOf(c),
        )
        await recordTaken(c, revision, 'md')
        return send(c, text, 'text/markdown; charset=utf-8', nameOf(revision, 'md'))
      },
    )
    .openapi(
      declareRoute('project.export', {
        method: 'get',
        path: '/api/projects/{projectId}/revisions/{revisionId}/package.zip',
        description: 'The verifiable archive. Refused with `revision_unsigned` until both sides have signed.',
        request: { params },
        responses: download('application/zip', 'The package'),
      }),
      async (c) => {
        const revision = await readProved(c, c.req.valid('param').revisionId)
        if (revision.summary.state !== 'signed') throw new Refusal('revision_unsigned')
        const files = await readFiles(revision)
        const pdf = {
          en: await print(c, revision, files, 'en'),
          'zh-CN': await print(c, revision, files, 'zh-CN'),
        }
        const trail = await readSignedTrail(database, revision)
        const archive = buildPackage(revision, key, { files, pdf, trail })
        await recordTaken(c, revision, 'zip')
        return send(c, archive, 'application/zip', nameOf(revision, 'zip'))
      },
    )
}

const nameOf = ({ record }: StoredRevision, ending: string): string =>
  `${tidyName(record.project.name)} ${record.revision}.${ending}`
