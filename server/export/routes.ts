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
import { printRevision, readFiles } from './make-package.ts'
import { printName } from './package.ts'
import { createPackageProof, readPackage } from './proved-package.ts'
import { readSignedTrail } from './signed-trail.ts'
import { markdownTask, revisionFile } from './revision-markdown.ts'
import { packageOf, type Sealing } from './sealing.ts'
import type { Typeset } from './typeset.ts'

/** How long a download waits for its package: printing twice takes a few seconds. */
const waitMs = 25_000

interface Needs {
  database: Database
  store: FileStore
  key: SigningKey
  converter: Converter
  typeset: Typeset
  sealing: Sealing
}

const params = z.object({ projectId: z.string(), revisionId: z.string() })
const query = z.object({ locale: z.enum(locales).optional() })

/** A revision as PDF, as Markdown, and as the archive that anybody can check: the one that was stored at signing. */
export function exportRoutes({ database, converter, store, key, typeset, sealing }: Needs) {
  const proof = createPackageProof(key, converter)

  /** Refuses to hand out what the stored signatures do not prove. */
  const readAsked = async (c: Context<Env>, revisionId: string): Promise<StoredRevision> => {
    const revision = await readProvedRevision(database, key, c.var.scope.projectId, revisionId)
    c.var.log.info({ event: 'revision exported', userId: c.var.user.id, revisionId, path: c.req.path })
    return revision
  }

  /** The stored package of a signed revision; waits a while for one that is being sealed. */
  const readSealed = async (c: Context<Env>, revision: StoredRevision): Promise<Uint8Array> => {
    const { id } = revision.summary
    // What was stored holds the trail as it was; what is handed out is still borne out by the trail as it is.
    await readSignedTrail(database, revision)
    const found =
      (await packageOf(database, id)) ?? (await sealing.settled(id, waitMs), await packageOf(database, id))
    if (!found) throw new Refusal('revision_sealing')
    const stored = await readPackage(store, found, revision)
    await proof.proveWhole(stored, revision, requesterOf(c))
    return stored.bytes
  }

  /** The print that lies in the stored package, so that there is one only; else it is made now. */
  const readPrint = async (
    c: Context<Env>,
    revision: StoredRevision,
    locale: Locale,
  ): Promise<Uint8Array> => {
    const sealed = await packageOf(database, revision.summary.id)
    const name = printName(revision.record.revision, locale)
    if (sealed) {
      const stored = await proof.proveFile(
        await readPackage(store, sealed, revision),
        name,
        revision,
        requesterOf(c),
      )
      if (stored) return stored
    }
    return printRevision({ key, typeset }, revision, await readFiles(store, revision), locale, requesterOf(c))
  }

  /** Who took it away. Written when it is whole, and before it is sent. */
  const recordTaken = (
    c: Context<Env>,
    { summary }: StoredRevision,
    format: 'pdf' | 'md' | 'zip',
  ): Promise<void> =>
    recordAct(c.var.database, summary.projectId, {
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
        const revision = await readAsked(c, c.req.valid('param').revisionId)
        const locale = c.req.valid('query').locale ?? c.var.user.locale
        const pdf = await readPrint(c, revision, locale)
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
        const revision = await readAsked(c, c.req.valid('param').revisionId)
        const locale = c.req.valid('query').locale ?? c.var.user.locale
        const { summary, recordText, statements } = revision
        const job = { revision: { summary, recordText, statements }, locale }
        const text = await convert(
          converter,
          markdownTask,
          revisionFile,
          job,
          recordText.length + JSON.stringify(statements).length,
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
        description:
          'The verifiable archive, as it was stored when both sides had signed. Refused with `revision_unsigned` before, and with `revision_sealing` while it is being made.',
        request: { params },
        responses: download('application/zip', 'The package'),
      }),
      async (c) => {
        const revision = await readAsked(c, c.req.valid('param').revisionId)
        const { state } = revision.summary
        if (state !== 'signed' && state !== 'sealing') throw new Refusal('revision_unsigned')
        const archive = await readSealed(c, revision)
        await recordTaken(c, revision, 'zip')
        return send(c, archive, 'application/zip', nameOf(revision, 'zip'))
      },
    )
}

const nameOf = ({ record }: StoredRevision, ending: string): string =>
  `${tidyName(record.project.name)} ${record.revision}.${ending}`
