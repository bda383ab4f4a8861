import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { newId } from '../../server/db/columns.ts'
import { documentUpdates } from '../../server/history/tables.ts'
import type { Converter } from '../../server/conversions/task.ts'
import { documentKind } from '../../server/documents/kind.ts'
import { findWrittenTask } from '../../server/documents/freezing.ts'
import { registerKinds } from '../../server/resources/kinds.ts'
import { findObstacles } from '../../server/signoff/put-forward.ts'
import { revisions } from '../../server/signoff/tables.ts'
import { anchorOf } from '../../shared/anchors/anchors.ts'
import { textField } from '../../shared/document/text-field.ts'
import { layOutText } from '../../shared/document/text-layout.ts'
import { Refusal } from '../../shared/errors.ts'
import type { RevisionRecord } from '../../shared/signoff.ts'
import { openWorld, type World } from '../helpers/access/world.ts'
import { lampProject } from '../helpers/signoff/lamp-project.ts'

/** What putting forward holds against the text that it freezes. */

let world: World
let lamp: Awaited<ReturnType<typeof lampProject>>
beforeAll(async () => {
  world = await openWorld()
  lamp = await lampProject(world)
  // the first conversion starts a process, which on a busy machine takes a while
  await frozen()
}, 120_000)
afterAll(() => world.close())

async function read(): Promise<Y.Doc> {
  const rows = await world.database
    .select()
    .from(documentUpdates)
    .where(eq(documentUpdates.documentId, lamp.documentId))
    .orderBy(documentUpdates.seq)
  const doc = new Y.Doc()
  for (const { update } of rows) Y.applyUpdate(doc, update)
  return doc
}

/** Commits an edit as a room does. */
async function edit(by: { id: string }, change: (fragment: Y.XmlFragment) => void): Promise<void> {
  const doc = await read()
  const before = Y.encodeStateVector(doc)
  change(doc.getXmlFragment(textField))
  const update = Buffer.from(Y.encodeStateAsUpdate(doc, before))
  const { documentId } = lamp
  await world.database.execute(sql`insert into document_updates (document_id, seq, user_id, update)
    select ${documentId}, max(seq) + 1, ${by.id}, ${update} from document_updates where document_id = ${documentId}`)
}

/** The text that holds these words, and where in it they begin. */
function find(fragment: Y.XmlFragment, words: string): { text: Y.XmlText; at: number } {
  for (const { text } of layOutText(fragment).runs) {
    const at = text
      .toDelta()
      .map(({ insert }: { insert: string }) => insert)
      .join('')
      .indexOf(words)
    if (at >= 0) return { text, at }
  }
  throw new Error(`no “${words}”`)
}

const rewrite = (by: { id: string }, from: string, to: string) =>
  edit(by, (fragment) => {
    const { text, at } = find(fragment, from)
    text.delete(at, from.length)
    if (to) text.insert(at, to)
  })

async function anchorAt(words: string) {
  const fragment = (await read()).getXmlFragment(textField)
  const { text, at } = find(fragment, words)
  const layout = layOutText(fragment)
  const from = layout.runOf(text)!.at + at
  return anchorOf(layout, lamp.documentId, { from, to: from + words.length })!
}

async function raise(words: string, more: object = {}) {
  const { maker, path } = lamp
  const body = { id: newId(), commentId: newId(), anchor: await anchorAt(words), body: '太薄', ...more }
  const reply = await maker.post(`${path}/threads`, body)
  expect(reply.status).toBe(201)
  return reply.body.thread as { id: string; number: number; changes: number }
}

const propose = (words: string, instead: string) =>
  raise(words, { kind: 'proposal', replacement: instead ? [{ type: 'text', text: instead }] : [] })

async function accept({ id, changes }: { id: string; changes: number }): Promise<void> {
  const reply = await lamp.designer.post(`${lamp.path}/threads/${id}/accept`, { changes })
  expect(reply.status, JSON.stringify(reply.body)).toBe(200)
}

const tryPut = () => lamp.designer.post(`${lamp.path}/revisions`, { description: '' })
const obstacles = async () => (await lamp.designer.get(`${lamp.path}/obstacles`)).body.obstacles

/** Puts forward, which must succeed, and takes it back. */
async function frozen(): Promise<RevisionRecord> {
  const { id } = await lamp.put()
  const [row] = await world.database.select().from(revisions).where(eq(revisions.id, id))
  await lamp.designer.post(`${lamp.path}/revisions/${id}/withdraw`)
  return JSON.parse(row!.record) as RevisionRecord
}

describe('an accepted proposal whose words were never written blocks', () => {
  const expectUnwritten = async (number: number) => {
    const { status, body } = await tryPut()
    expect([status, body.error.code]).toEqual([409, 'proposal_unwritten'])
    expect(body.error.params).toEqual({ count: 1, number })
    expect(await obstacles()).toMatchObject({
      lossy: [],
      unwritten: [{ number, resourceId: expect.any(String), kind: 'document', quote: expect.any(String) }],
    })
  }

  test('while the old words stand; written, it blocks no more, also when the words are changed later', async () => {
    const proposal = await propose('灯臂壁厚 2.5 mm', '灯臂壁厚 2.8 mm')
    await accept(proposal)
    await expectUnwritten(proposal.number)
    const [told] = (await obstacles()).unwritten
    expect([told.quote, told.replacement]).toEqual(['灯臂壁厚 2.5 mm', '灯臂壁厚 2.8 mm'])
    await rewrite(lamp.designer, '2.5 mm', '2.8 mm')
    expect(await obstacles()).toEqual({ lossy: [], unwritten: [], unchecked: [] })
    await frozen()
    await rewrite(lamp.designer, '灯臂壁厚 2.8 mm', '灯臂厚度为 3 mm')
    await frozen()
  })

  test('when the old words were changed into others instead, until it is opened again', async () => {
    const proposal = await propose('拔模斜度 1.5°', '拔模斜度 2°')
    await accept(proposal)
    await rewrite(lamp.designer, '1.5°', '0.5°')
    await expectUnwritten(proposal.number)
    const { designer, path } = lamp
    const thread = `${path}/threads/${proposal.id}`
    expect((await designer.patch(thread, { state: 'open' })).status).toBe(200)
    expect((await designer.patch(thread, { state: 'declined', reason: '模具已开' })).status).toBe(200)
    await frozen()
  })

  test('while its words stand elsewhere only, and those that it replaces were changed into others', async () => {
    const write = (words: string) =>
      edit(lamp.designer, (fragment) => {
        const block = new Y.XmlElement('paragraph')
        block.insert(0, [new Y.XmlText(words)])
        fragment.push([block])
      })
    await write('The base has a wall 2.5 mm thick.')
    await write('The cover has a wall 2.8 mm thick.')
    const proposal = await propose('wall 2.5 mm thick', 'wall 2.8 mm thick')
    await accept(proposal)
    await rewrite(lamp.designer, 'wall 2.5 mm thick', 'wall 1 mm thick')
    await expectUnwritten(proposal.number)
    await rewrite(lamp.designer, 'wall 1 mm thick', 'wall 2.8 mm thick')
    await frozen()
    // it was there: what is written over it later is a new change
    await rewrite(lamp.designer, 'base has a wall 2.8 mm thick', 'base has a wall 3 mm thick')
    await frozen()
  })

  test('one that strikes words, while they stand', async () => {
    const proposal = await propose('T1 sample', '')
    await accept(proposal)
    await expectUnwritten(proposal.number)
    await rewrite(lamp.designer, 'T1 sample', '')
    await frozen()
  })
})

test('an accepted proposal whose history cannot be gone through blocks until it is opened again', async () => {
  await edit(lamp.designer, (fragment) => {
    const block = new Y.XmlElement('paragraph')
    // long enough to be gone through in a converter
    block.insert(0, [new Y.XmlText(`The lid closes in 3 s. ${'and opens again '.repeat(1_500)}`)])
    fragment.push([block])
  })
  const proposal = await propose('closes in 3 s', 'closes in 2 s')
  await accept(proposal)
  await rewrite(lamp.designer, 'closes in 3 s', 'closes in 2 s')
  await rewrite(lamp.designer, 'lid closes in 2 s', 'lid opens')
  const busy: Converter = {
    ...world.converter,
    run: (task, input, by) =>
      task.name === findWrittenTask.name
        ? Promise.reject(new Refusal('conversion_too_long'))
        : world.converter.run(task, input, by),
  }
  const { projectId, designer } = lamp
  const requester = { projectId, userId: designer.id }
  const asked = (converter: Converter) =>
    findObstacles(
      {
        database: world.database,
        kinds: registerKinds([documentKind]),
        converter,
        requester,
        charge: () => Promise.resolve(),
      },
      projectId,
    )
  const { id: threadId, number } = proposal
  // nothing is claimed of what was not looked at
  expect(await asked(busy)).toMatchObject({
    unwritten: [],
    unchecked: expect.arrayContaining([expect.objectContaining({ threadId, number })]),
  })
  expect(await asked(world.converter)).toMatchObject({ unwritten: [], unchecked: [] })
})

test('a point’s quotation is compared with the text at freezing, and marked in record, print and page', async () => {
  const stands = await raise('材料 ADC12')
  const changed = await raise('分型线不得落在可见面上')
  await rewrite(lamp.designer, '不得落在', '可以落在')
  const record = await frozen()
  expect(record.version).toBe(2)
  expect(record.changedQuotes).toContain(changed.id)
  expect(record.changedQuotes).not.toContain(stands.id)
  const { id } = await lamp.put()
  const address = `${lamp.path}/revisions/${id}`
  expect((await lamp.maker.get(address)).body.changedQuotes).toEqual(record.changedQuotes)
  const markdown = (await lamp.maker.get(`${address}/revision.md?locale=en`)).body as string
  const about = (number: number) => markdown.split(`## \\#${number} `)[1]!.split('\n\n')[1]!
  expect(about(changed.number)).toContain('quoted text changed since')
  expect(about(stands.number)).not.toContain('quoted text changed since')
  await lamp.designer.post(`${address}/withdraw`)
})

describe('what is frozen is what was shown', () => {
  test('a text that does not convert without loss is refused, and the place named', async () => {
    await edit(lamp.designer, (fragment) => {
      const text = new Y.XmlText('hidden words')
      const odd = new Y.XmlElement('marquee')
      odd.insert(0, [text])
      fragment.insert(1, [odd])
    })
    const { status, body } = await tryPut()
    expect([status, body.error.code]).toEqual([409, 'text_lossy'])
    expect(body.error.params).toMatchObject({
      resourceId: lamp.documentId,
      block: 2,
    })
    expect((await obstacles()).lossy).toMatchObject([
      { resourceId: lamp.documentId, kind: 'document', block: 2 },
    ])
    expect((await lamp.designer.get(`${lamp.path}/revisions`)).body.revisions[0].state).toBe('withdrawn')
    await edit(lamp.designer, (fragment) => fragment.delete(1))
    const record = await frozen()
    expect(record.documents[0]!.seq).toBeGreaterThan(2)
    expect(JSON.stringify(record.documents)).not.toContain('hidden words')
  })

  test('what stands in the way is told to those who put forward', async () => {
    expect((await lamp.maker.get(`${lamp.path}/obstacles`)).body.error.code).toBe('not_allowed')
  })
})
