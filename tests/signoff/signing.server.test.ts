import { createPublicKey, verify } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import { unzipSync } from 'fflate'
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import * as Y from 'yjs'
import { textField } from '../../shared/document/text-field.ts'
import type { RevisionRecord, RevisionSummary } from '../../shared/signoff.ts'
import { newId } from '../../server/db/columns.ts'
import { documentUpdates } from '../../server/history/tables.ts'
import { canonicalJson, sha256Hex } from '../../server/trail/canonical.ts'
import { openSigningKey } from '../../server/signoff/signing-key.ts'
import { revisions, signatures } from '../../server/signoff/tables.ts'
import { openWorld, type World } from '../helpers/access/world.ts'
import { until } from '../helpers/until.ts'
import { insertRevision } from '../helpers/signoff/inserted-revision.ts'
import { lampProject, signer } from '../helpers/signoff/lamp-project.ts'
import { picture, pictureSha256 } from '../helpers/signoff/lamp-revision.ts'

let world: World

beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())
afterEach(() => void world.events.splice(0))

type Person = Awaited<ReturnType<World['person']>>
const person = (name: string) => signer(world, name)
const lamp = () => lampProject(world)

const download = (cookie: string, path: string) => fetch(world.origin + path, { headers: { cookie } })

const stored = async (revision: RevisionSummary) => {
  const [row] = await world.database
    .select()
    .from(revisions)
    .where(sql`id = ${revision.id}`)
  return row!
}

describe('putting forward', () => {
  test('a clock that was put back changes neither which revision came before nor which is the latest', async () => {
    const { designer, path, put } = await lamp()
    const withdraw = async ({ id }: RevisionSummary) =>
      expect((await designer.post(`${path}/revisions/${id}/withdraw`)).status).toBe(200)
    await withdraw(await put('one'))
    vi.useFakeTimers({ now: Date.now() - 86_400_000, toFake: ['Date'] })
    onTestFinished(() => void vi.useRealTimers())
    await withdraw(await put('two'))
    const { record } = await stored(await put('three'))
    expect((JSON.parse(record) as RevisionRecord).previous?.revision).toBe('B')
    const { revisions: listed } = (await designer.get(`${path}/revisions`)).body
    expect((listed as RevisionSummary[]).map(({ letter }) => letter)).toEqual(['C', 'B', 'A'])
  })

  test('freezes texts, files, points, members and what came before, as canonical JSON', async () => {
    const { designer, maker, path, documentId, put } = await lamp()
    const thread = {
      id: newId(),
      commentId: newId(),
      anchor: { type: 'project' },
      severity: 'should',
      body: '壁厚?',
    }
    expect((await maker.post(`${path}/threads`, thread)).status).toBe(201)
    const revision = await put('first')
    expect(revision).toMatchObject({ letter: 'A', state: 'open', createdByName: 'Lin', signatures: [] })
    const { record: text, recordSha256 } = await stored(revision)
    const record = JSON.parse(text) as RevisionRecord
    expect(canonicalJson(record)).toBe(text)
    expect(sha256Hex(text)).toBe(recordSha256)
    expect(record).toMatchObject({
      format: 'countersign-revision',
      version: 2,
      revision: 'A',
      description: 'first',
      putForward: { by: { userId: designer.id, firm: "Lin's firm", side: 'design' }, at: revision.createdAt },
      files: [{ sha256: pictureSha256, mediaType: 'image/png', bytes: picture.length }],
      previous: null,
    })
    expect(record.documents.map((document) => document.id)).toEqual([documentId])
    expect(JSON.stringify(record.documents[0]!.content)).toContain('除另有说明外')
    expect(record.threads).toMatchObject([
      { number: 1, severity: 'should', state: 'open', comments: [{ body: '壁厚?' }] },
    ])
    expect(record.members.map(({ name, side, role }) => [name, side, role])).toEqual([
      ['Lin', 'design', 'owner'],
      ['Zhou', 'manufacture', 'reviewer'],
    ])
    expect(text).not.toContain('@example.com')
    expect(world.events).toContainEqual(expect.objectContaining({ type: 'revision.saved', revision }))
  })

  test('a later edit of the text does not touch the revision, and the next one names it', async () => {
    const { designer, documentId, path, put } = await lamp()
    const first = await put()
    const before = (await designer.get(`${path}/revisions/${first.id}`)).body
    const doc = new Y.Doc()
    doc.getXmlFragment(textField).insert(0, [new Y.XmlElement('horizontalRule')])
    const update = Buffer.from(Y.encodeStateAsUpdate(doc))
    await world.database.insert(documentUpdates).values({ documentId, seq: 3, userId: designer.id, update })
    expect((await designer.get(`${path}/revisions/${first.id}`)).body).toEqual(before)
    await designer.post(`${path}/revisions/${first.id}/withdraw`)
    const second = await put()
    expect(second.letter).toBe('B')
    expect(second.recordSha256).not.toBe(first.recordSha256)
    const record = JSON.parse((await stored(second)).record) as RevisionRecord
    expect(record.previous).toEqual({ revision: 'A', recordSha256: first.recordSha256 })
  })

  test('only one revision waits at a time, also when two are put forward at once', async () => {
    const { designer, path } = await lamp()
    const replies = await Promise.all(
      Array.from({ length: 4 }, () => designer.post(`${path}/revisions`, { description: '' })),
    )
    expect(replies.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409])
    for (const { status, body } of replies) if (status === 409) expect(body.error.code).toBe('revision_open')
    expect((await designer.get(`${path}/revisions`)).body.revisions).toHaveLength(1)
  })

  test('needs a document, and an owner', async () => {
    const { designer, maker, path, documentId } = await lamp()
    expect((await maker.post(`${path}/revisions`, { description: '' })).body.error.code).toBe('not_allowed')
    await designer.delete(`/api/documents/${documentId}`)
    expect((await designer.post(`${path}/revisions`, { description: '' })).body.error.code).toBe(
      'revision_empty',
    )
  })
})

describe('signing', () => {
  test('one person of each side closes the revision; the statements verify with the public key', async () => {
    const { designer, maker, put, sign } = await lamp()
    const revision = await put()
    const half = await sign(designer, revision, { meaning: 'authorship', zone: 'Asia/Shanghai' })
    expect(half.status).toBe(201)
    expect(half.body.revision.state).toBe('open')
    const whole = (await sign(maker, revision)).body.revision as RevisionSummary
    expect(whole.state).toBe('sealing')
    expect(whole.signatures).toMatchObject([
      { name: 'Lin', firm: "Lin's firm", side: 'design', meaning: 'authorship' },
      { name: 'Zhou', firm: "Zhou's firm", side: 'manufacture', meaning: 'approval' },
    ])
    const pem = createPublicKey(await readFile(join(world.folder, 'keys/signing-key.pem'), 'utf8'))
    const rows = await world.database
      .select()
      .from(signatures)
      .where(sql`revision_id = ${revision.id}`)
    for (const row of rows) {
      expect(verify(null, Buffer.from(row.statement), pem, row.signature)).toBe(true)
      const statement = JSON.parse(row.statement)
      expect(canonicalJson(statement)).toBe(row.statement)
      expect(statement).toMatchObject({
        format: 'countersign-signature',
        recordSha256: revision.recordSha256,
        revision: 'A',
        signer: { userId: row.userId, name: row.name, firm: row.firm, side: row.side },
        meaning: row.meaning,
        time: row.signedAt.toISOString(),
      })
    }
    expect(JSON.parse(rows.find((row) => row.side === 'design')!.statement).zone).toBe('Asia/Shanghai')
  })

  test('asks for the password again', async () => {
    const { designer, put, sign } = await lamp()
    const revision = await put()
    const reply = await sign(designer, revision, { password: 'not mine' })
    expect([reply.status, reply.body.error.code]).toEqual([403, 'wrong_password'])
    expect(
      await world.database
        .select()
        .from(signatures)
        .where(sql`revision_id = ${revision.id}`),
    ).toEqual([])
  })

  test('of two people of one side at once, exactly one signs', async () => {
    const { designer, projectId, put, sign } = await lamp()
    const second = await person('Wang')
    await world.database.execute(
      sql`insert into members (project_id, user_id, side, role) values (${projectId}, ${second.id}, 'design', 'editor')`,
    )
    const revision = await put()
    const replies = await Promise.all([sign(designer, revision), sign(second, revision)])
    expect(replies.map(({ status }) => status).sort()).toEqual([201, 409])
    expect(replies.find(({ status }) => status === 409)!.body.error.code).toBe('side_signed')
    const winner = replies[0].status === 201 ? designer : second
    expect((await sign(winner, revision)).body.error.code).toBe('already_signed')
  })

  test('a signed revision is closed: no third signature, no withdrawal', async () => {
    const { designer, maker, path, put, sign } = await lamp()
    const revision = await put()
    await sign(designer, revision)
    await sign(maker, revision)
    expect((await sign(designer, revision)).body.error.code).toBe('revision_closed')
    const withdrawn = await designer.post(`${path}/revisions/${revision.id}/withdraw`)
    expect(withdrawn.body.error.code).toBe('revision_closed')
  })

  test('a signed revision takes no comment, and what is said afterwards does not touch it', async () => {
    const { designer, maker, path, put, sign } = await lamp()
    const say = (anchor: object) =>
      maker.post(`${path}/threads`, { id: newId(), commentId: newId(), anchor, body: '改一下圆角。' })
    const before = (await say({ type: 'project' })).body.thread
    const revision = await put()
    await sign(designer, revision)
    await sign(maker, revision)
    await until('the seal', async () => (await stored(revision)).state === 'signed')
    const signed = await stored(revision)

    const refused = await say({ type: 'revision', revisionId: revision.id })
    expect([refused.status, refused.body.error.code]).toEqual([400, 'invalid_input'])
    expect(refused.body.error.params).toEqual({ field: 'anchor.type' })
    expect((await maker.get(`${path}/threads`)).body.threads).toHaveLength(1)

    const reply = await maker.post(`${path}/threads/${before.id}/comments`, { id: newId(), body: '已改。' })
    expect(reply.status).toBe(201)
    expect((await say({ type: 'project' })).status).toBe(201)
    expect(await stored(revision)).toEqual(signed)
  })

  test('a withdrawn revision keeps its void signature and takes no other', async () => {
    const { designer, maker, path, put, sign } = await lamp()
    const revision = await put()
    await sign(designer, revision)
    expect((await maker.post(`${path}/revisions/${revision.id}/withdraw`)).body.error.code).toBe(
      'not_allowed',
    )
    const reply = await designer.post(`${path}/revisions/${revision.id}/withdraw`)
    expect(reply.body.revision).toMatchObject({ state: 'withdrawn', signatures: [{ name: 'Lin' }] })
    expect((await sign(maker, revision)).body.error.code).toBe('revision_closed')
  })

  test('a revision of another project is not found', async () => {
    const one = await lamp()
    const other = await lamp()
    const revision = await other.put()
    for (const reply of [
      await one.sign(one.designer, revision),
      await one.designer.get(`${one.path}/revisions/${revision.id}`),
      await one.designer.post(`${one.path}/revisions/${revision.id}/withdraw`),
      await one.designer.get(`${one.path}/revisions/${revision.id}/revision.pdf`),
      await one.designer.get(`${other.path}/revisions`),
    ]) {
      expect([reply.status, reply.body.error.code]).toEqual([404, 'not_found'])
    }
  })
})

describe('a point that must be settled', () => {
  const raise = async (who: Person, path: string, more: object = {}) => {
    const thread = { id: newId(), commentId: newId(), anchor: { type: 'project' }, body: '壁厚?' }
    expect((await who.post(`${path}/threads`, { ...thread, severity: 'must', ...more })).status).toBe(201)
    return `${path}/threads/${thread.id}`
  }

  test('blocks putting forward while it is open or answered; settled or declined it does not', async () => {
    const { designer, maker, path, put } = await lamp()
    const putForward = () => designer.post(`${path}/revisions`, { description: '' })
    const refused = async (count: number) => {
      const { status, body } = await putForward()
      expect([status, body.error.code, body.error.params]).toEqual([409, 'must_open', { count }])
    }
    await raise(maker, path, { severity: 'should' })
    await raise(maker, path, { draft: true })
    const [one, two] = [await raise(maker, path), await raise(maker, path)]
    await refused(2)
    expect((await maker.patch(one, { state: 'settled' })).status).toBe(200)
    expect((await designer.patch(two, { state: 'answered' })).status).toBe(200)
    await refused(1)
    expect((await designer.get(`${path}/revisions`)).body.revisions).toEqual([])
    expect((await designer.patch(two, { state: 'declined', reason: '模具已开' })).status).toBe(200)
    expect((await put()).letter).toBe('A')
  })

  test('blocks signing a revision that was put forward with it, and later ones do not', async () => {
    const { designer, maker, path, put, sign } = await lamp()
    const thread = await raise(maker, path)
    await maker.patch(thread, { state: 'settled' })
    const first = await put()
    const { record } = await stored(first)
    await designer.post(`${path}/revisions/${first.id}/withdraw`)
    // put forward by an older Countersign
    const answered = JSON.parse(record.replace('"state":"settled"', '"state":"answered"')) as RevisionRecord
    const older = await insertRevision(world, { ...answered, revision: 'B' })
    const { status, body } = await sign(maker, older)
    expect([status, body.error.code, body.error.params]).toEqual([409, 'must_open', { count: 1 }])
    expect((await designer.get(`${path}/revisions`)).body.revisions[0].signatures).toEqual([])

    await designer.post(`${path}/revisions/${older.id}/withdraw`)
    const third = await put()
    await raise(maker, path)
    expect((await sign(maker, third)).status).toBe(201)
  })
})

describe('the database', () => {
  test('refuses to change or remove what was put forward or signed', async () => {
    const { designer, maker, put, sign } = await lamp()
    const revision = await put()
    await sign(designer, revision)
    await sign(maker, revision)
    const { database } = world
    for (const statement of [
      sql`update revisions set record = record || ' ' where id = ${revision.id}`,
      sql`update revisions set letter = 'Z' where id = ${revision.id}`,
      sql`update revisions set state = 'open' where id = ${revision.id}`,
      sql`delete from revisions where id = ${revision.id}`,
      sql`update signatures set name = 'Somebody' where revision_id = ${revision.id}`,
      sql`delete from signatures where revision_id = ${revision.id}`,
    ]) {
      await expect(database.execute(statement)).rejects.toMatchObject({ cause: { code: '23001' } })
    }
  })
})

describe('the key', () => {
  test('is made once, readable to its owner only, and the same after a restart', async () => {
    const path = join(world.folder, 'keys/signing-key.pem')
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    const [one, two] = [await openSigningKey(world.folder), await openSigningKey(world.folder)]
    expect(one.publicKeySha256).toBe(two.publicKeySha256)
  })
})

describe('exports', () => {
  test('PDF and Markdown at any time, the package once both have signed', async () => {
    const { designer, maker, path, put, sign } = await lamp()
    const revision = await put()
    const files = `${path}/revisions/${revision.id}`
    const early = await download(maker.cookie, `${files}/package.zip`)
    expect([early.status, (await early.json()).error.code]).toEqual([409, 'revision_unsigned'])
    const pdf = await download(maker.cookie, `${files}/revision.pdf?locale=zh-CN`)
    expect(pdf.headers.get('content-type')).toBe('application/pdf')
    expect(
      Buffer.from(await pdf.arrayBuffer())
        .subarray(0, 5)
        .toString(),
    ).toBe('%PDF-')
    const markdown = await (await download(maker.cookie, `${files}/revision.md?locale=en`)).text()
    expect(markdown).toContain('Put forward, not yet signed')
    await sign(designer, revision)
    await sign(maker, revision)
    const zip = await download(maker.cookie, `${files}/package.zip`)
    expect(zip.headers.get('content-disposition')).toBe("attachment; filename*=UTF-8''Lamp%20A.zip")
    const entries = unzipSync(new Uint8Array(await zip.arrayBuffer()))
    expect(sha256Hex(Buffer.from(entries['record.json']!).toString())).toBe(revision.recordSha256)
    expect(Buffer.from(entries[`files/${pictureSha256}.png`]!).equals(picture)).toBe(true)
  })
})
