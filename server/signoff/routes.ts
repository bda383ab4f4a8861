import { z } from '@hono/zod-openapi'
import type { Publish } from '../../shared/wire/events.ts'
import { thread } from '../../shared/review.ts'
import {
  createRevision,
  createSignature,
  frozenDocument,
  frozenResource,
  obstacles,
  revisionSummary,
  type RevisionSummary,
} from '../../shared/signoff.ts'
import type { Credentials } from '../accounts/credentials.ts'
import type { Database } from '../db/database.ts'
import { decoded } from '../db/in-pieces.ts'
import { repairUnseen } from '../documents/repair-unseen.ts'
import { addressOf } from '../http/address.ts'
import { requesterOf } from '../http/requester.ts'
import type { ResourceKinds } from '../resources/kinds.ts'
import type { LargeReplies } from '../http/limits/large-replies.ts'
import { ofConversion } from '../http/refusals.ts'
import { declareRoute, feature, json } from '../http/route.ts'
import type { Converter, Requester } from '../conversions/task.ts'
import type { Reading, Rooms } from '../rooms/ports.ts'
import {
  findObstacles,
  putForward,
  type Freezing,
  type RevisionBounds,
  type TryPrint,
} from './put-forward.ts'
import type { PackageChecks } from './package-checks.ts'
import { costOfProof, recordBytes } from './record-parts.ts'
import { listSummaries, readFrozen, readSummary, withdrawRevision } from './revisions.ts'
import type { SigningKey } from './signing-key.ts'
import { snapshotBytes } from './snapshot-size.ts'
import { signRevision } from './signing.ts'

interface Needs extends RevisionBounds {
  database: Database
  kinds: ResourceKinds
  converter: Converter
  publish: Publish
  credentials: Pick<Credentials, 'confirm'>
  key: SigningKey
  /** Called when a revision may have got its last signature. */
  onSigned(): void
  /** Reads a text through its room. */
  readText: Rooms['read']
  reading: Reading
  largeReplies: LargeReplies
  tryPrint: TryPrint
  packages: Pick<PackageChecks, 'look'>
}

const projectParams = z.object({ projectId: z.string() })
const revisionParams = projectParams.extend({ revisionId: z.string() })
const oneRevision = z.object({ revision: revisionSummary })
const jsonBody = <Schema extends z.ZodType>(schema: Schema) => ({
  body: { required: true, content: { 'application/json': { schema } } },
})

/** Why a project is not put forward. */
const ofPuttingForward = [
  'revision_open',
  'revision_missing',
  'revision_empty',
  'must_open',
  'text_lossy',
  'proposal_unwritten',
  'proposal_unchecked',
  'texts_too_large',
  'too_many_hidden',
  'pictures_too_large',
  'file_broken',
  'unprintable',
  'too_many_revisions',
  'revisions_full',
] as const

const nothingFrozen = [Buffer.from('{"documents":[],"resources":[],"threads":[],"changedQuotes":[]}')]

/** Revisions: putting forward, reading what was frozen, signing, withdrawing. */
export function signoffRoutes(needs: Needs) {
  const {
    database,
    kinds,
    converter,
    publish,
    reading,
    largeReplies,
    credentials,
    key,
    onSigned,
    readText,
    tryPrint,
    packages,
    limits,
    diskShare,
  } = needs
  /** What became of it, for everybody and in the reply. Read after the commit, so that it holds up nobody's act. */
  const told = async (projectId: string, id: string): Promise<{ revision: RevisionSummary }> => {
    const revision = await readSummary(database, key, projectId, id)
    publish(revision.projectId, { type: 'revision.saved', revision })
    return { revision }
  }
  /** Charges who asks for all that is read of the project's texts and points. */
  const readAll = async ({ projectId, userId, signal }: Requester): Promise<void> =>
    void (await reading.begin(userId, await snapshotBytes(database, projectId), signal))
  const freezingFor = (requester: Requester): Freezing => ({
    database,
    kinds,
    converter,
    requester,
    charge: (bytes) => reading.begin(requester.userId, bytes, requester.signal),
  })
  return feature('Sign-off')
    .openapi(
      declareRoute('project.read', {
        method: 'get',
        path: '/api/projects/{projectId}/revisions',
        operationId: 'listRevisions',
        summary: 'List the revisions of a project',
        request: { params: projectParams },
        responses: { 200: json(z.object({ revisions: z.array(revisionSummary) }), 'The latest first') },
      }),
      async (c) => {
        const { projectId, userId } = c.var.scope
        await reading.begin(userId, await costOfProof(database, [{ projectId }]), c.req.raw.signal)
        await packages.look([projectId])
        return c.json({ revisions: await listSummaries(database, key, projectId) }, 200)
      },
    )
    .openapi(
      declareRoute('revision.create', {
        method: 'post',
        path: '/api/projects/{projectId}/revisions',
        operationId: 'putForward',
        summary: 'Freeze the project and put it forward',
        refusals: [...ofConversion, ...ofPuttingForward],
        request: { params: projectParams, ...jsonBody(createRevision) },
        responses: { 201: json(oneRevision, 'Frozen and put forward') },
      }),
      async (c) => {
        const { description } = c.req.valid('json')
        const { scope } = c.var
        const requester = requesterOf(c)
        await readAll(requester)
        await repairUnseen(database, scope.projectId, readText)
        const revisionId = await putForward(
          { ...freezingFor(requester), database: c.var.database, tryPrint, limits, diskShare, key },
          scope,
          description,
        )
        c.var.log.info({ event: 'revision put forward', userId: c.var.user.id, revisionId })
        return c.json(await told(scope.projectId, revisionId), 201)
      },
    )
    .openapi(
      declareRoute('revision.create', {
        method: 'get',
        path: '/api/projects/{projectId}/obstacles',
        operationId: 'listObstacles',
        summary: 'Read what stands in the way of putting forward',
        refusals: ofConversion,
        description: 'What stands in the way of putting forward now, besides points that must be settled.',
        request: { params: projectParams },
        responses: { 200: json(z.object({ obstacles })) },
      }),
      async (c) => {
        const requester = requesterOf(c)
        await readAll(requester)
        await repairUnseen(database, c.var.scope.projectId, readText)
        const found = await findObstacles(freezingFor(requester), c.var.scope.projectId)
        return c.json({ obstacles: found }, 200)
      },
    )
    .openapi(
      declareRoute('project.read', {
        method: 'get',
        path: '/api/projects/{projectId}/revisions/{revisionId}',
        operationId: 'getRevision',
        summary: 'Read a revision as it was frozen',
        refusals: ofConversion,
        request: { params: revisionParams },
        responses: {
          200: json(
            oneRevision.extend({
              documents: z.array(frozenDocument),
              resources: z.array(frozenResource),
              threads: z.array(thread),
              changedQuotes: z.array(z.string()),
            }),
            'As it was frozen; without content when the record is not the one that was put forward',
          ),
        },
      }),
      async (c) => {
        const { revisionId } = c.req.valid('param')
        const { projectId } = c.var.scope
        const read = async () => {
          await packages.look([projectId])
          const { summary, parts } = await readFrozen(database, key, projectId, revisionId)
          if (summary.integrity === 'broken') {
            c.var.log.error({ event: 'revision broken', revisionId, flaws: summary.flaws })
          }
          return wholeReply(`{"revision":${JSON.stringify(summary)},`, parts ?? nothingFrozen)
        }
        // it is what the route says, in pieces
        const held = await recordBytes(database, projectId, revisionId)
        const proof = await costOfProof(database, [{ projectId, revisionId }])
        return (await largeReplies.json(c, { read: held + proof, held }, read)) as never
      },
    )
    .openapi(
      declareRoute('revision.sign', {
        method: 'post',
        path: '/api/projects/{projectId}/revisions/{revisionId}/signatures',
        operationId: 'signRevision',
        summary: 'Sign a revision',
        tokens: 'none',
        refusals: [
          'wrong_password',
          'must_open',
          'revision_closed',
          'revision_broken',
          'already_signed',
          'side_signed',
          'signature_lapsed',
          'other_side_signed',
        ],
        description: 'Signs for the member’s side; the password is asked again.',
        request: { params: revisionParams, ...jsonBody(createSignature) },
        responses: { 201: json(oneRevision, 'Signed') },
      }),
      async (c) => {
        const { password, meaning, zone } = c.req.valid('json')
        const { user, sessionId, scope } = c.var
        await credentials.confirm(user.id, password, {
          address: addressOf(c),
          sessionId,
          signal: c.req.raw.signal,
        })
        const { revisionId } = c.req.valid('param')
        await signRevision(c.var.database, key, scope, revisionId, { sessionId, meaning, zone })
        c.var.log.info({ event: 'revision signed', userId: user.id, revisionId })
        onSigned()
        return c.json(await told(scope.projectId, revisionId), 201)
      },
    )
    .openapi(
      declareRoute('revision.create', {
        method: 'post',
        path: '/api/projects/{projectId}/revisions/{revisionId}/withdraw',
        operationId: 'withdrawRevision',
        summary: 'Withdraw an open revision',
        refusals: ['revision_closed'],
        description: 'Takes an open revision back; its signatures are void.',
        request: { params: revisionParams },
        responses: { 200: json(oneRevision, 'Withdrawn') },
      }),
      async (c) => {
        const { revisionId } = c.req.valid('param')
        const { user, scope } = c.var
        const by = { userId: user.id, name: user.name, side: scope.side }
        await withdrawRevision(c.var.database, scope.projectId, revisionId, by)
        c.var.log.info({ event: 'revision withdrawn', userId: c.var.user.id, revisionId })
        return c.json(await told(scope.projectId, revisionId), 200)
      },
    )
}

/** A JSON object that begins so, and then has the members of another one, which comes as UTF-8 in pieces. */
function* wholeReply(beginning: string, pieces: Uint8Array[]): Generator<string, void> {
  yield beginning
  let isFirst = true
  for (const text of decoded(pieces)) {
    yield isFirst ? text.slice(1) : text
    isFirst = false
  }
}
