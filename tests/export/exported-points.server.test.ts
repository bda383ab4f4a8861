import { strFromU8, unzipSync } from 'fflate'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { threadsBcf } from '../../server/export/threads/threads-bcf.ts'
import { threadsSheet } from '../../server/export/threads/threads-sheet.ts'
import { wordingIn } from '../../server/export/wording.ts'
import { comments, threads } from '../../server/review/tables.ts'
import type { Project } from '../../shared/projects.ts'
import type { Comment, Thread } from '../../shared/review.ts'
import { openWorld, type World } from '../helpers/access/world.ts'
import { newClientId } from '../helpers/access/points-of.ts'

let world: World
let owner: Awaited<ReturnType<World['person']>>, worker: typeof owner
let projectId: string, documentId: string, threadId: string

beforeAll(async () => {
  world = await openWorld()
  owner = await world.person('Lin Yue')
  worker = await world.person('王师傅')
  ;({ projectId, documentId } = await world.project([owner, 'owner'], [worker, 'reviewer', 'manufacture']))
  threadId = newClientId()
  await raise({
    id: threadId,
    body: '壁厚 1.8 mm, "太薄"\n会缩水 <5 %',
    severity: 'must',
    category: 'wall',
    tooling: 'steelCut',
    stage: 'T1',
    assigneeId: owner.id,
    dueOn: '2026-12-24',
  })
  await owner.post(`${path()}/threads/${threadId}/comments`, {
    id: newClientId(),
    body: '=HYPERLINK("http://x","y")',
  })
  await raise({ body: '=1+1' })
  await raise({ body: 'A bell \u0007 rings' })
})
afterAll(() => world.close())

const path = () => `/api/projects/${projectId}`
const raise = async (more: object) => {
  const given = { id: newClientId(), commentId: newClientId(), anchor: { type: 'project' }, ...more }
  expect((await worker.post(`${path()}/threads`, given)).status).toBe(201)
}
const fetchBytes = async (ending: string, locale = 'en') => {
  const reply = await fetch(`${world.origin}${path()}/threads.${ending}?locale=${locale}`, {
    headers: { cookie: owner.cookie },
  })
  expect(reply.status).toBe(200)
  expect(reply.headers.get('content-disposition')).toMatch(/^attachment/)
  return new Uint8Array(await reply.arrayBuffer())
}

describe('CSV', () => {
  test('begins with a byte order mark and holds every point, quoted where it must be', async () => {
    const bytes = await fetchBytes('csv')
    expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf])
    const text = strFromU8(bytes)
    expect(text).toContain('"壁厚 1.8 mm, ""太薄""\n会缩水 <5 %"')
    expect(text).toContain('1,Open,Must,Comment,"Wall thickness, sink",Steel-cut,T1,the whole project,,')
    expect(text).toContain('2026-12-24')
    expect(text.split('\r\n')).toHaveLength(5)
  })

  test('nothing in it begins as a formula', async () => {
    const text = strFromU8(await fetchBytes('csv'))
    expect(text).toContain(",'=1+1,")
    expect(text).not.toMatch(/(^|[,"\r\n])[=+@-]/)
  })

  test('speaks the language of whoever asks', async () => {
    expect(strFromU8(await fetchBytes('csv', 'zh-CN'))).toContain('待处理,必须改')
  })
})

test('the workbook holds texts as texts, days as dates, and is well-formed whatever was said', async () => {
  const files = unzipSync(await fetchBytes('xlsx', 'zh-CN'))
  const sheet = strFromU8(files['xl/worksheets/sheet1.xml']!)
  const words = Object.values(files)
    .map((file) => strFromU8(file))
    .join('\n')
  expect(words).toContain('会缩水 &lt;5 %')
  expect(words).toContain('编号')
  expect(sheet).not.toContain('<f>')
  expect(sheet).toContain('state="frozen"')
  expect(words).not.toContain('\u0007')
})

test('BCF 3: a topic a point with title, priority, label, due date, assignee and comments', async () => {
  const files = unzipSync(await fetchBytes('bcf'))
  expect(strFromU8(files['bcf.version']!)).toContain('<Version VersionId="3.0"></Version>')
  const guid = Buffer.from(threadId, 'base64url').toString('hex')
  const folder = `${guid.slice(0, 8)}-${guid.slice(8, 12)}-${guid.slice(12, 16)}-${guid.slice(16, 20)}-${guid.slice(20)}`
  const markup = strFromU8(files[`${folder}/markup.bcf`]!)
  expect(markup).toContain(
    `<Topic Guid="${folder}" ServerAssignedId="1" TopicType="Comment" TopicStatus="Open">`,
  )
  for (const part of [
    '<Title>#1 壁厚 1.8 mm, &quot;太薄&quot; 会缩水 &lt;5 %</Title>',
    '<Priority>Must</Priority>',
    '<Label>Wall thickness, sink</Label>',
    '<Label>Steel-cut</Label>',
    '<Stage>T1</Stage>',
    '<DueDate>2026-12-24T00:00:00Z</DueDate>',
    '<AssignedTo>Lin Yue</AssignedTo>',
    '<Author>王师傅</Author>',
  ]) {
    expect(markup).toContain(part)
  }
  expect(markup.match(/<Comment Guid=/g)).toHaveLength(2)
  // the order that the schema asks for
  const order = [
    '<Title>',
    '<Priority>',
    '<Labels>',
    '<CreationDate>',
    '<ModifiedDate>',
    '<DueDate>',
    '<AssignedTo>',
    '<Stage>',
    '<Description>',
    '<Comments>',
  ]
  const places = order.map((name) => markup.indexOf(name))
  expect(places).toEqual(places.toSorted((one, other) => one - other))
  expect(Object.keys(files).filter((name) => name.endsWith('/markup.bcf'))).toHaveLength(3)
  // and no stage where none is set
  const all = Object.values(files).map((bytes) => Buffer.from(bytes).toString())
  expect(
    all.filter((xml) => xml.startsWith('<?xml') && xml.includes('<Topic ') && xml.includes('<Stage>')),
  ).toHaveLength(1)
})

test('drafts stay out, and so does everybody who is no member', async () => {
  await raise({ body: 'not said yet', draft: true })
  expect(strFromU8(await fetchBytes('csv'))).not.toContain('not said yet')
  const stranger = await world.person()
  for (const ending of ['csv', 'xlsx', 'bcf']) {
    expect((await stranger.get(`${path()}/threads.${ending}`)).status).toBe(404)
  }
})

describe('what is easily lost', () => {
  const writtenAt = new Date(Date.now() - 86_400_000).toISOString()
  const written = writtenAt.slice(0, 16).replace('T', ' ')
  let proposalId: string
  beforeAll(async () => {
    proposalId = newClientId()
    const commentId = newClientId()
    const by = { authorId: worker.id, authorName: '王师傅', authorSide: 'manufacture' } as const
    const replacement = [
      { type: 'text', text: '壁厚 2.5 mm，' },
      { type: 'inlineMath', attrs: { latex: 'r=1' } },
    ]
    await world.database.insert(threads).values({
      id: proposalId,
      projectId,
      resourceId: documentId,
      number: 10,
      anchor: { type: 'text', documentId, start: '', end: '', quote: '壁厚 1.8 mm' },
      kind: 'proposal',
      severity: 'must',
      replacement,
      ...by,
    })
    const first = { id: commentId, threadId: proposalId, position: 0, body: '1.8 mm 会缩水。' }
    await world.database.insert(comments).values({ ...first, writtenAt: new Date(writtenAt), ...by })
    const reply = { id: newClientId(), body: '同意。', writtenAt }
    expect((await worker.post(`${path()}/threads/${proposalId}/comments`, reply)).status).toBe(201)
    const declined = { state: 'declined', reason: '模具已开' }
    expect((await owner.patch(`${path()}/threads/${proposalId}`, declined)).status).toBe(200)
  })
  const topic = (files: Record<string, Uint8Array>) =>
    Object.entries(files)
      .filter(([name]) => name.endsWith('/markup.bcf'))
      .map(([, file]) => strFromU8(file))
      .find((markup) => markup.includes('ServerAssignedId="10"'))!

  test('what a proposal puts in place, beside its reason, and both times of what was written offline', async () => {
    const text = strFromU8(await fetchBytes('csv'))
    const row = text.split('\r\n').find((line) => line.startsWith('10,'))!
    expect(row).toContain(',壁厚 1.8 mm,壁厚 2.5 mm，r=1,1.8 mm 会缩水。,')
    expect(row).toMatch(new RegExp(`,Factory,[\\d: -]{16},${written},`))
    expect(row).toContain(`, written ${written}: 同意。`)
    const markup = topic(unzipSync(await fetchBytes('bcf')))
    expect(markup).toContain(
      '“壁厚 1.8 mm”\nProposed instead: 壁厚 2.5 mm，r=1\n1.8 mm 会缩水。</Description>',
    )
    expect(markup.match(new RegExp(`\\(written ${written} UTC\\)`, 'g'))).toHaveLength(2)
  })

  /** A proposal of the factory's for the alloy, as the database has it; resolves with its id. */
  async function keepProposal(
    number: number,
    more: Pick<typeof threads.$inferInsert, 'state' | 'replacement'>,
    body: string,
  ): Promise<string> {
    const by = { authorId: worker.id, authorName: '王师傅', authorSide: 'manufacture' } as const
    const id = newClientId()
    const anchor = { type: 'text', documentId, start: '', end: '', quote: 'A360' } as const
    const proposal = { id, projectId, resourceId: documentId, number, anchor, ...more, ...by }
    await world.database.insert(threads).values({ ...proposal, kind: 'proposal', severity: 'should' })
    const said = { id: newClientId(), threadId: id, position: 0, body, ...by }
    await world.database.insert(comments).values(said)
    return id
  }

  test('an accepted proposal without a reason is called as on its card, and its words stand once', async () => {
    const id = await keepProposal(11, { replacement: [{ type: 'text', text: 'A380' }] }, 'A380')
    expect((await owner.post(`${path()}/threads/${id}/accept`, { changes: 0 })).status).toBe(200)
    const rowIn = async (locale: string) =>
      strFromU8(await fetchBytes('csv', locale))
        .split('\r\n')
        .find((line) => line.startsWith('11,'))!
    expect(await rowIn('en')).toMatch(/^11,Accepted,Should,Proposal,.*,A360,A380,,王师傅,Factory,/)
    expect(await rowIn('zh-CN')).toMatch(/^11,已采纳,建议改,修改建议,.*,A360,A380,,王师傅,制造方,/)
    const markups = Object.values(unzipSync(await fetchBytes('bcf'))).map((file) => strFromU8(file))
    const markup = markups.find((one) => one.includes('ServerAssignedId="11"'))!
    expect(markup).toContain('TopicStatus="Accepted"')
    expect(markup).toContain('Proposed instead: A380</Description>')
  })

  test('a proposal that its side took back is called withdrawn, in BCF too, which knows the word', async () => {
    await keepProposal(12, { state: 'settled', replacement: [] }, '—')
    expect(strFromU8(await fetchBytes('csv'))).toContain('\r\n12,Withdrawn,Should,Proposal,')
    const files = unzipSync(await fetchBytes('bcf'))
    const markups = Object.values(files).map((file) => strFromU8(file))
    expect(markups.find((one) => one.includes('ServerAssignedId="12"'))).toContain('TopicStatus="Withdrawn"')
    expect(strFromU8(files['extensions.xml']!)).toContain('<TopicStatus>Withdrawn</TopicStatus>')
  })

  test('in BCF, why a point was declined, said by who did it', async () => {
    const files = unzipSync(await fetchBytes('bcf', 'zh-CN'))
    const markup = topic(files)
    expect(markup).toMatch(
      /<Date>([^<]+)<\/Date><Author>Lin Yue<\/Author><Comment>不采纳：模具已开<\/Comment><\/Comment><\/Comments>/,
    )
    expect(markup).toContain('<ModifiedAuthor>Lin Yue</ModifiedAuthor>')
    const guids = [...markup.matchAll(/<Comment Guid="([^"]+)"/g)].map(([, guid]) => guid)
    expect(new Set(guids).size).toBe(3)
    expect(topic(unzipSync(await fetchBytes('bcf', 'zh-CN')))).toBe(markup)
  })

  test('in BCF, when a point was last touched and by whom, also by a decision without words', () => {
    const by = (name: string) => ({ userId: name, name, side: 'design' as const })
    const at = (hour: number) => `2026-11-20T0${hour}:00:00.000Z`
    const remark: Comment = {
      id: 'c',
      author: by('Wang'),
      body: 'Thin.',
      content: null,
      draft: false,
      createdAt: at(1),
      writtenAt: null,
      editedAt: null,
      withdrawnAt: null,
    }
    const thread: Thread = {
      id: 't',
      projectId: 'p',
      number: 1,
      anchor: { type: 'project' },
      kind: 'comment',
      severity: 'must',
      category: null,
      tooling: null,
      stage: null,
      assignee: null,
      dueOn: null,
      state: 'open',
      draft: false,
      replacement: null,
      accepted: false,
      changes: 0,
      author: by('Wang'),
      createdAt: at(1),
      closedBy: null,
      closedAt: null,
      closedReason: null,
      comments: [remark],
    }
    const closed = { closedBy: by('Lin'), closedAt: at(4) }
    const reply = { ...remark, id: 'c2', author: by('Zhou'), createdAt: at(2) }
    const modified = (given: Partial<Thread>) => {
      const project = { id: 'p', name: 'Lamp' } as Project
      const listed = [{ ...thread, ...given }]
      const files = unzipSync(
        threadsBcf({ project, points: listed, resources: [], members: [] }, wordingIn('en')),
      )
      const markup = Object.values(files)
        .map((file) => strFromU8(file))
        .find((xml) => xml.includes('<Topic '))!
      expect(markup).not.toContain('<Stage')
      return /<CreationAuthor>[^<]*<\/CreationAuthor>(?:<ModifiedDate>(.*?)<\/ModifiedDate><ModifiedAuthor>(.*?)<)?/
        .exec(markup)!
        .slice(1)
    }
    expect(modified({})).toEqual([undefined, undefined])
    expect(modified({ comments: [remark, reply] })).toEqual([at(2), 'Zhou'])
    expect(modified({ comments: [{ ...remark, editedAt: at(3) }, reply] })).toEqual([at(3), 'Wang'])
    expect(modified({ comments: [{ ...remark, withdrawnAt: at(3) }, reply] })).toEqual([at(3), 'Wang'])
    for (const decision of [
      { state: 'settled' },
      { state: 'declined' },
      { state: 'settled', accepted: true },
    ]) {
      expect(modified({ ...(decision as Partial<Thread>), ...closed })).toEqual([at(4), 'Lin'])
    }
    // said after it was closed
    const late = { ...reply, createdAt: at(5) }
    expect(modified({ state: 'settled', ...closed, comments: [remark, late] })).toEqual([at(5), 'Zhou'])
  })

  test('in a workbook, what is too long for a cell is cut with a sign of it, and not within a character', async () => {
    const columns = [{ label: 'words', width: 9 }]
    const rows = ['x'.repeat(32_767), 'y'.repeat(32_768), `${'z'.repeat(32_765)}💡💡`].map((words) => [words])
    const files = unzipSync(await threadsSheet({ columns, rows }, 'points'))
    const words = Object.values(files)
      .map((file) => strFromU8(file))
      .join('\n')
    expect(words).toMatch(/(?<!x)x{32767}</)
    expect(words).toMatch(/(?<!y)y{32766}…</)
    expect(words).toMatch(/(?<!z)z{32765}…</)
  })
})
