import { sql } from 'drizzle-orm'
import * as Y from 'yjs'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { prosemirrorJSONToYDoc } from '@tiptap/y-tiptap'
import { schema } from '../../shared/document/schema.ts'
import { textField } from '../../shared/document/text-field.ts'
import type { Thread } from '../../shared/review.ts'
import type { Finds } from '../../shared/search.ts'
import { newId } from '../../server/db/columns.ts'
import { createDocument } from '../../server/documents/documents.ts'
import { documentUpdates } from '../../server/history/tables.ts'
import { findInProject } from '../../server/search/find.ts'
import { resourceTexts } from '../../server/search/tables.ts'
import { patternsOf, termsOf } from '../../server/search/terms.ts'
import { openWorld, type World } from '../helpers/access/world.ts'
import { newClientId } from '../helpers/access/points-of.ts'

let world: World
let owner: Awaited<ReturnType<World['person']>>, worker: typeof owner, stranger: typeof owner
let projectId: string

beforeAll(async () => {
  world = await openWorld()
  owner = await world.person('Lin Yue')
  worker = await world.person('王师傅')
  stranger = await world.person('Stranger')
  ;({ projectId } = await world.project([owner, 'owner'], [worker, 'reviewer', 'manufacture']))
})
afterAll(() => world.close())

const find = async (q: string, person = owner): Promise<Finds> =>
  (await person.get(`/api/projects/${projectId}/search?q=${encodeURIComponent(q)}`)).body
const raise = async (body: string, more: object = {}): Promise<Thread> => {
  const given = { id: newClientId(), commentId: newClientId(), anchor: { type: 'project' }, body, ...more }
  return (await worker.post(`/api/projects/${projectId}/threads`, given)).body.thread
}
const paragraphs = (...texts: string[]) => ({
  type: 'doc' as const,
  content: texts.map((text) => ({ type: 'paragraph', content: [{ type: 'text', text }] })),
})
const write = (title: string, ...texts: string[]) =>
  createDocument(world.database, {
    projectId,
    userId: owner.id,
    kind: 'spec',
    title,
    content: paragraphs(...texts),
  })
const numbers = (finds: Finds) => finds.points.map(({ number }) => number)

describe('what is found', () => {
  test('a word of two Chinese characters, in a point and in a document, with what stands around it', async () => {
    const thread = await raise('灯杆根部壁厚 1.8 mm 会缩水,建议改到 2.5 mm。')
    const documentId = await write('规格书', '外观要求。', '主要壁厚为 2.5 mm,局部不小于 1.2 mm。')
    const found = await find('壁厚')
    expect(found.points).toEqual([
      expect.objectContaining({
        threadId: thread.id,
        number: thread.number,
        resourceId: null,
        snippet: expect.objectContaining({ before: '灯杆根部', match: '壁厚' }),
      }),
    ])
    expect(found.resources).toEqual([
      expect.objectContaining({
        resourceId: documentId,
        kind: 'document',
        title: '规格书',
        snippet: expect.objectContaining({ match: '壁厚' }),
      }),
    ])
  })

  test('English in any case, all words of the search, as parts of words too', async () => {
    const { number } = await raise('Draft angle of the LAMP base is too small for ejection.')
    await raise('The lamp shade has no draft.')
    expect(numbers(await find('lamp eject'))).toEqual([number])
    expect((await find('lamp eject')).points[0]!.snippet.match).toBe('eject')
  })

  test('replies, the passage that a point was raised on, and its number', async () => {
    const { id, number } = await raise('See there.')
    await owner.post(`/api/projects/${projectId}/threads/${id}/comments`, {
      id: newClientId(),
      body: '熔接线在正面',
    })
    expect(numbers(await find('熔接线'))).toEqual([number])
    expect(numbers(await find(`#${number}`))).toEqual([number])
    await world.database.execute(
      sql`update threads set anchor = ${JSON.stringify({ type: 'text', documentId: 'x', start: '', end: '', quote: '盐雾试验 48 h' })}::jsonb where id = ${id}`,
    )
    expect(numbers(await find('盐雾'))).toEqual([number])
  })

  test('full-width forms, as an input method writes them, find plain ones and are found by them', async () => {
    const { number: wide } = await raise('螺钉 Ｍ６ 要拧紧（ＡＤＣ12 底座），7.25 ㎜。')
    const { number: plain } = await raise('Tighten the screw M6 in the ADC12 base, 7.25 mm.')
    const { id, number: quoted } = await raise('See there.')
    await world.database.execute(
      sql`update threads set anchor = ${JSON.stringify({ type: 'text', documentId: 'x', start: '', end: '', quote: 'Ｍ６（两处）' })}::jsonb where id = ${id}`,
    )
    for (const [query, found] of [
      ['M6', [quoted, plain, wide]],
      ['ｍ６', [quoted, plain, wide]],
      ['ＡＤＣ12', [plain, wide]],
      ['adc１２', [plain, wide]],
      ['7.25 mm', [plain, wide]],
    ] as const)
      expect(numbers(await find(query)), query).toEqual(found)
    const documentId = await write('压铸规格', '材料：ＡＤＣ12，其余见图。', '螺钉 M6')
    expect((await find('adc12')).resources).toMatchObject([
      {
        resourceId: documentId,
        snippet: { before: '材料：', match: 'ＡＤＣ12', after: expect.stringMatching(/^，其余/) },
      },
    ])
    expect((await find('Ｍ６')).resources).toMatchObject([
      { resourceId: documentId, snippet: { match: 'M6' } },
    ])
    const titled = await write('ＤＺ-27 灯', '㎜ 制')
    expect((await find('DZ-27')).resources).toMatchObject([{ resourceId: titled }])
    expect((await find('mm 制')).resources).toMatchObject([
      { resourceId: titled, snippet: { match: 'mm 制' } },
    ])
  })

  test('of a long text the place is shown where all that was asked for stands together', async () => {
    const documentId = await write('Fan', `Fan speed 1. ${'Quiet. '.repeat(200)}It has fan speed 13 too.`)
    expect((await find('fan  SPEED 13')).resources).toMatchObject([
      { resourceId: documentId, snippet: { match: 'fan speed 13', after: ' too.' } },
    ])
  })

  test('what is written is found at the next search, and what was cut is not found any more', async () => {
    const documentId = await write('Brief', 'The housing is made of zinc.')
    expect((await find('zinc')).resources).toHaveLength(1)
    const doc = prosemirrorJSONToYDoc(schema, paragraphs('Aluminium'), textField)
    const log = await world.database
      .select()
      .from(documentUpdates)
      .where(sql`document_id = ${documentId}`)
    const before = new Y.Doc()
    Y.applyUpdate(before, log[0]!.update)
    before.getXmlFragment(textField).delete(0, 1)
    Y.applyUpdate(before, Y.encodeStateAsUpdate(doc))
    await world.database
      .insert(documentUpdates)
      .values({ documentId, seq: 2, userId: owner.id, update: Y.encodeStateAsUpdate(before) })
    expect((await find('zinc')).resources).toEqual([])
    expect((await find('aluminium')).resources).toHaveLength(1)
  })

  test.each([['100%'], ['a_b'], [String.raw`c:\new`]])('%s is looked for as it stands', async (text) => {
    const { number } = await raise(`Here: ${text}!`)
    await raise('Here: 100 and a-b and c:new')
    expect(numbers(await find(text))).toEqual([number])
  })

  test('withdrawn words and another’s drafts are not found; one’s own are', async () => {
    const { id } = await raise('secretive words')
    await world.database.execute(sql`update comments set withdrawn_at = now() where thread_id = ${id}`)
    expect(numbers(await find('secretive'))).toEqual([])
    const draft = await raise('unpublished words')
    await world.database.execute(sql`update threads set draft = true, number = null where id = ${draft.id}`)
    await world.database.execute(
      sql`update comments set draft = true, position = null where thread_id = ${draft.id}`,
    )
    expect(numbers(await find('unpublished'))).toEqual([])
    expect(numbers(await find('unpublished', worker))).toEqual([0])
  })
})

describe('who may look', () => {
  test('nothing of another project is found, and to a stranger there is no such project', async () => {
    const other = await world.project([stranger, 'owner'])
    await raise('unmistakable')
    const path = `/api/projects/${other.projectId}/search?q=unmistakable`
    expect((await stranger.get(path)).body).toEqual({ resources: [], points: [], more: false })
    expect((await stranger.get(`/api/projects/${projectId}/search?q=unmistakable`)).status).toBe(404)
  })

  test.each([
    ['nothing', ''],
    ['blanks', '%20%20'],
    ['too much', 'x'.repeat(201)],
  ])('%s is no search', async (_what, q) => {
    const reply = await owner.get(`/api/projects/${projectId}/search?q=${q}`)
    expect([reply.status, reply.body.error.code]).toEqual([400, 'invalid_input'])
  })
})

const words = [
  '壁厚不均会缩水',
  'draft angle too small',
  '浇口位置靠近外观面',
  'parting line on the visible side',
]
/** A project of so many points with three comments each, just written: the planner knows nothing of them yet. */
async function written(threads: number): Promise<string> {
  const big = await world.project([owner, 'owner'])
  await world.database.execute(sql`
    insert into threads (id, project_id, number, anchor, kind, severity, author_id, author_name, author_side)
    select ${newId()} || n, ${big.projectId}, n, '{"type":"project"}'::jsonb, 'comment', 'should', ${owner.id}, 'Lin', 'design'
    from generate_series(1, ${sql.raw(String(threads))}) n`)
  await world.database.execute(sql`
    insert into comments (id, thread_id, author_id, author_name, author_side, body, position)
    select thread.id || p, thread.id, ${owner.id}, 'Lin', 'design',
      (array[${sql.join(
        words.map((word) => sql`${word}`),
        sql`, `,
      )}])[1 + (thread.number + p) % 4]
        || ' – ' || thread.number || ' ' || repeat('模具评审记录 review of the tool. ', 3), p
    from threads thread cross join generate_series(0, 2) p where thread.project_id = ${big.projectId}`)
  return big.projectId
}

interface PlanNode {
  'Actual Rows': number
  'Actual Loops': number
  'Rows Removed by Filter'?: number
  'Rows Removed by Join Filter'?: number
  Plans?: PlanNode[]
}
/** How many rows a plan looked at, in all of its steps. */
const rowsIn = (node: PlanNode): number =>
  node['Actual Loops'] *
    (node['Actual Rows'] +
      (node['Rows Removed by Filter'] ?? 0) +
      (node['Rows Removed by Join Filter'] ?? 0)) +
  (node.Plans ?? []).reduce((sum, below) => sum + rowsIn(below), 0)

test('a search looks at each point and comment a few times, whatever the planner takes the tables for', async () => {
  const threads = 1_000
  const id = await written(threads)
  const query = vi.spyOn(world.database.$client, 'query')
  await findInProject(world.database, { projectId: id, userId: owner.id, query: 'tool 999' })
  const asked = query.mock.calls.map(([given]) => given as unknown as { text: string; values: unknown[] })
  query.mockRestore()
  const { text, values } = asked.find((one) => one.text.includes('from threads'))!
  const client = await world.database.$client.connect()
  try {
    // what it comes to when it expects one row where there are thousands
    await client.query('set enable_hashjoin = off; set enable_mergejoin = off; set enable_material = off')
    for (const wanted of ['tool', 'tool 999', 'nowhere']) {
      const { exact, folded } = patternsOf(termsOf(wanted))
      const given = [values[0], exact, folded, ...values.slice(3)]
      const { rows } = await client.query(`explain (analyze, timing off, format json) ${text}`, given)
      expect(rowsIn(rows[0]['QUERY PLAN'][0].Plan as PlanNode), wanted).toBeLessThan(threads * 4 * 6)
    }
  } finally {
    client.release(true)
  }
})

test('10,000 points with 30,000 comments, just written, are searched; how quickly, the benchmark says', async () => {
  const id = await written(10_000)
  for (const [q, isFound] of [
    ['壁厚', true],
    ['draft angle', true],
    ['parting 9998', true],
    ['nowhere to be found', false],
  ] as const) {
    const reply = await owner.get(`/api/projects/${id}/search?q=${encodeURIComponent(q)}`)
    expect(reply.status).toBe(200)
    expect(reply.body.points.length > 0, q).toBe(isFound)
  }
}, 120_000)

test('of a long text only what is around the hit comes into the server, and it reads as before', async () => {
  const documentId = await write('Long', 'short')
  const filling = 'filling words '.repeat(50_000)
  const text = `${filling}before the RARE-WORD and after it${filling}`
  await world.database.insert(resourceTexts).values({ resourceId: documentId, seq: 1_000_000, text })
  const query = vi.spyOn(world.database.$client, 'query')
  const found = await find('rare-word AFTER')
  const results = await Promise.all(
    query.mock.results.map(({ value }) => value as Promise<{ rows?: object[] }>),
  )
  query.mockRestore()
  expect(found.resources).toMatchObject([{ resourceId: documentId, title: 'Long' }])
  const { snippet } = found.resources[0]!
  expect(snippet.match).toBe('RARE-WORD')
  expect(snippet.before).toMatch(/^….*before the $/)
  expect(snippet.after).toMatch(/^ and after it.*…$/)
  const longest = Math.max(...results.map((result) => JSON.stringify(result?.rows ?? []).length))
  expect(longest).toBeLessThan(20_000)
})
