import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { locales, type Locale } from '../../shared/accounts.ts'
import { Refusal } from '../../shared/errors.ts'
import type { Database } from '../db/database.ts'
import type { FileStore } from '../files/store.ts'
import type { LargeReplies, MadeFile, ReadFile, ReplyCost } from '../http/limits/large-replies.ts'
import { requesterOf } from '../http/requester.ts'
import { convert } from '../conversions/convert.ts'
import type { Converter } from '../conversions/task.ts'
import { ofConversion } from '../http/refusals.ts'
import { declareRoute, feature, type Env } from '../http/route.ts'
import type { PackageChecks } from '../signoff/package-checks.ts'
import { costOfProof, hashedPerRead, recordBytes } from '../signoff/record-parts.ts'
import {
  readProvedRecord,
  readProvedRevision,
  type RevisionOutline,
  type StoredRevision,
} from '../signoff/revisions.ts'
import type { Reading } from '../rooms/ports.ts'
import type { SigningKey } from '../signoff/signing-key.ts'
import { actorOf, recordAct } from '../trail/append.ts'
import { trailBytes } from '../trail/read.ts'
import { download, keptAs, tidyName } from './download.ts'
import { printRevision } from './package/make-package.ts'
import { printName } from './package/package.ts'
import {
  createPackageProof,
  openPackage,
  type ProvedBytes,
  type StoredPackage,
} from './package/proved-package.ts'
import { readSignedTrail } from './package/signed-trail.ts'
import { markdownTask, revisionFile } from './markdown/revision-markdown.ts'
import { packageOf, type Sealing } from './package/sealing.ts'
import type { Typeset } from './print/typeset.ts'

/** How long a download waits for its package: printing twice takes a few seconds. */
const waitMs = 25_000

/** So much of a file is in memory while it is sent: a few pieces, here and with the connection. */
const sentBytes = 4_194_304

interface Needs {
  database: Database
  store: FileStore
  key: SigningKey
  converter: Converter
  typeset: Typeset
  sealing: Sealing
  reading: Reading
  largeReplies: LargeReplies
  packages: Pick<PackageChecks, 'look' | 'read'>
}

const params = z.object({ projectId: z.string(), revisionId: z.string() })
const query = z.object({ locale: z.enum(locales).optional() })

/** What handing out a revision may be refused for. */
const ofRevision = [...ofConversion, 'revision_broken', 'file_broken', 'unprintable'] as const

/** A revision as PDF, as Markdown, and as the archive that anybody can check: the one that was stored at signing. */
export function exportRoutes(needs: Needs) {
  const { database, converter, store, key, typeset, sealing, reading, largeReplies, packages } = needs
  const proof = createPackageProof(key, converter)

  /** Refuses to hand out what the stored signatures do not prove. With how many bytes its record is. */
  const readAsked = async (c: Context<Env>, revisionId: string) => {
    const { projectId, userId } = c.var.scope
    const cost = await costOfProof(database, [{ projectId, revisionId }])
    await reading.begin(userId, cost, c.req.raw.signal)
    await packages.look([projectId])
    const revision = await readProvedRevision(database, key, projectId, revisionId)
    return { revision, bytes: await recordBytes(database, projectId, revisionId) }
  }

  const readWhole = (revision: RevisionOutline): Promise<StoredRevision> =>
    readProvedRecord(database, key, revision.summary.projectId, revision.summary.id)

  /** The stored package of a signed revision, by the SHA-256 of its file; waits a while for one that is being sealed. */
  const sealedAs = async ({ summary: { id } }: RevisionOutline): Promise<string> => {
    const found =
      (await packageOf(database, id)) ?? (await sealing.settled(id, waitMs), await packageOf(database, id))
    if (!found) throw new Refusal('revision_sealing')
    return found
  }

  /** What handing out a stored package costs: it is hashed twice, and a few pieces of it are held meanwhile. */
  const costOfPackage = async (sha256: string, more: number): Promise<ReplyCost> => {
    const size = await store.size(sha256)
    return { read: (2 * size) / hashedPerRead + more, held: Math.min(size, sentBytes) + more, length: size }
  }

  /** What `prove` finds of the stored package, which is open until all of it was sent. */
  const fromPackage = async (
    revision: RevisionOutline,
    sealed: string,
    prove: (stored: StoredPackage) => Promise<ProvedBytes | undefined>,
  ): Promise<ReadFile | undefined> => {
    const { id } = revision.summary
    let stored: StoredPackage | undefined
    const close = () => void stored?.file.close()
    try {
      stored = await openPackage(store, sealed, revision)
      const found = await prove(stored)
      if (!found) close()
      return found && { length: found.size, read: () => toldWhenBroken(id, found.read()), close }
    } catch (failure) {
      close()
      if (failure instanceof Refusal && failure.code === 'revision_broken') await packages.read(id)
      throw failure
    }
  }

  /** The same pieces; where they break off, the package is read to find out why. */
  async function* toldWhenBroken(revisionId: string, pieces: AsyncIterable<Uint8Array>) {
    try {
      yield* pieces
    } catch (failure) {
      void packages.read(revisionId)
      throw failure
    }
  }

  /** The print that lies in the stored package, so that there is one only; undefined when it was made without. */
  const storedPrint = (c: Context<Env>, revision: RevisionOutline, sealed: string, locale: Locale) =>
    fromPackage(revision, sealed, (stored) =>
      proof.proveFile(stored, printName(revision.record.revision, locale), revision, requesterOf(c)),
    )

  /** Who took it away. Written when it is whole, and before it is sent. */
  const recordTaken = (
    c: Context<Env>,
    { summary }: RevisionOutline,
    format: 'pdf' | 'md' | 'zip',
  ): Promise<void> =>
    recordAct(c.var.database, summary.projectId, {
      actor: actorOf(c.var),
      action: format === 'zip' ? 'package.exported' : 'revision.exported',
      subject: { revision: { id: summary.id, letter: summary.letter } },
      details: { format },
    })

  /** The file, once it is written down who took it. */
  const taken = async (
    c: Context<Env>,
    revision: RevisionOutline,
    format: 'pdf' | 'md' | 'zip',
    bytes: MadeFile,
  ): Promise<MadeFile> => {
    try {
      await recordTaken(c, revision, format)
    } catch (failure) {
      if ('close' in bytes) bytes.close()
      throw failure
    }
    c.var.log.info({
      event: 'revision exported',
      userId: c.var.user.id,
      revisionId: revision.summary.id,
      format,
    })
    return bytes
  }

  return feature('Export')
    .openapi(
      declareRoute('project.export', {
        method: 'get',
        path: '/api/projects/{projectId}/revisions/{revisionId}/revision.pdf',
        operationId: 'printRevision',
        summary: 'Download a revision as PDF',
        refusals: ofRevision,
        request: { params, query },
        responses: download('application/pdf', 'The printed revision; says so when it is not signed'),
      }),
      async (c) => {
        const { revision, bytes } = await readAsked(c, c.req.valid('param').revisionId)
        const locale = c.req.valid('query').locale ?? c.var.user.locale
        const sealed = await packageOf(database, revision.summary.id)
        const pictures = revision.record.files.reduce((sum, file) => sum + file.bytes, 0)
        // the print in it is as long as nobody knows before it is found
        const cost = sealed
          ? { ...(await costOfPackage(sealed, 0)), length: undefined }
          : { read: bytes, held: bytes + pictures }
        return largeReplies.file(c, cost, headersOf(revision, 'pdf'), async () => {
          const stored = sealed && (await storedPrint(c, revision, sealed, locale))
          if (stored) return taken(c, revision, 'pdf', stored)
          const whole = await readWhole(revision)
          const pdf = await printRevision({ key, store, typeset }, whole, locale, requesterOf(c))
          return taken(c, revision, 'pdf', pdf)
        })
      },
    )
    .openapi(
      declareRoute('project.export', {
        method: 'get',
        path: '/api/projects/{projectId}/revisions/{revisionId}/revision.md',
        operationId: 'downloadRevisionAsMarkdown',
        summary: 'Download a revision as Markdown',
        refusals: ofRevision,
        request: { params, query },
        responses: download('text/markdown', 'The revision as GitHub-flavoured Markdown'),
      }),
      async (c) => {
        const { revision, bytes } = await readAsked(c, c.req.valid('param').revisionId)
        const locale = c.req.valid('query').locale ?? c.var.user.locale
        return largeReplies.file(c, { read: bytes, held: bytes }, headersOf(revision, 'md'), async () => {
          const { record: _, ...whole } = await readWhole(revision)
          const size = bytes + JSON.stringify(whole.statements).length
          const job = { revision: whole, locale }
          const text = await convert(converter, markdownTask, revisionFile, job, size, requesterOf(c))
          return taken(c, revision, 'md', text)
        })
      },
    )
    .openapi(
      declareRoute('project.export', {
        method: 'get',
        path: '/api/projects/{projectId}/revisions/{revisionId}/package.zip',
        operationId: 'downloadPackage',
        summary: 'Download the verifiable package',
        refusals: [...ofRevision, 'revision_unsigned', 'revision_sealing', 'package_unchecked'],
        description:
          'The verifiable archive, as it was stored when both sides had signed. Refused with `revision_unsigned` before, and with `revision_sealing` while it is being made.',
        request: { params },
        responses: download('application/zip', 'The package'),
      }),
      async (c) => {
        const { revision } = await readAsked(c, c.req.valid('param').revisionId)
        const { state, projectId } = revision.summary
        if (state !== 'signed' && state !== 'sealing') throw new Refusal('revision_unsigned')
        const sealed = await sealedAs(revision)
        const cost = await costOfPackage(sealed, await trailBytes(database, projectId))
        return largeReplies.file(c, cost, headersOf(revision, 'zip'), async () => {
          // What was stored holds the trail as it was; what is handed out is still borne out by the trail as it is.
          await readSignedTrail(database, revision)
          const stored = await fromPackage(revision, sealed, (one) =>
            proof.proveWhole(one, revision, requesterOf(c)),
          )
          return taken(c, revision, 'zip', stored!)
        })
      },
    )
}

const types = { pdf: 'application/pdf', md: 'text/markdown; charset=utf-8', zip: 'application/zip' }

const headersOf = (revision: RevisionOutline, format: keyof typeof types) =>
  keptAs(types[format], nameOf(revision, format))

const nameOf = ({ record }: RevisionOutline, ending: string): string =>
  `${tidyName(record.project.name)} ${record.revision}.${ending}`
