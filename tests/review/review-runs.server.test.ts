import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '../../server/db/columns.ts'
import type { RunningServer } from '../../server/open-server.ts'
import { threads } from '../../server/review/tables.ts'
import { users } from '../../server/accounts/tables.ts'
import { anchorOf, type TextAnchor } from '../../shared/anchors/anchors.ts'
import { layOutText } from '../../shared/document/text-layout.ts'
import { textField } from '../../shared/document/text-field.ts'
import type { Thread } from '../../shared/review.ts'
import { createDocument, createPerson, join, openRoom, type Person } from '../helpers/people.ts'
import { startServer } from '../helpers/server.ts'
import { until } from '../helpers/until.ts'
import { newThread as point } from '../helpers/access/points-of.ts'

let server: RunningServer
let owner: Person, reviewer: Person
let path: string, documentId: string
let anchor: TextAnchor

beforeAll(async () => {
  server = await startServer()
  owner = await createPerson(server.url)
  reviewer = await createPerson(server.url)
  const made = await createDocument(owner, { kind: 'spec', title: 'Lamp', template: 'spec' })
  ;({ documentId } = made)
  path = `/api/projects/${made.projectId}`
  await join(owner, reviewer, made.projectId, 'manufacture', 'reviewer')
  const { provider, doc } = openRoom(reviewer, documentId)
  anchor = await until('the text to arrive', () =>
    anchorOf(layOutText(doc.getXmlFragment(textField)), documentId, { from: 1, to: 8 }),
  )
  provider.destroy()
})
afterAll(() => server.close())

const said = async (by: Person, method: string, to: string, body: object) => {
  const reply = await by.ask<{ error?: { code: string } } | null>(method, `${path}${to}`, body)
  return reply.body?.error?.code ?? reply.status
}
const docOf = (...nodes: object[]) => ({ type: 'doc', content: [{ type: 'paragraph', content: nodes }] })
const text = (words: string, isBold = false) => ({
  type: 'text',
  text: words,
  ...(isBold && { marks: [{ type: 'bold' }] }),
})
const pieces = (sign: string, many: number) =>
  Array.from({ length: many }, (_, at) => text(sign.repeat(100), at % 2 === 0))

/** Two signs of which 500 are taken, two of which 10,000 are. */
const long = '。'.repeat(501)
const most = '。'.repeat(500)

test('§2 words that a browser could not lay out are refused wherever they are said', async () => {
  const mine = point()
  expect(await said(reviewer, 'POST', '/threads', mine)).toBe(201)
  const comments = `/threads/${mine.id}/comments`
  const comment = (more: object) => said(reviewer, 'POST', comments, { id: newId(), ...more })

  expect(await said(reviewer, 'POST', '/threads', point({ body: long }))).toBe('text_run_too_long')
  expect(await comment({ body: most })).toBe(201)
  expect(await comment({ body: long })).toBe('text_run_too_long')
  expect(await comment({ body: 'م'.repeat(501) })).toBe('text_run_too_long')
  expect(await comment({ body: `a${'\u0301'.repeat(501)}` })).toBe('text_run_too_long')
  expect(await comment({ body: '字'.repeat(9_000) })).toBe(201)
  expect(await comment({ body: `${most}\n${most} ${most}` })).toBe(201)
  // a run goes on over marks
  expect(await comment({ content: docOf(...pieces('。', 5)) })).toBe(201)
  expect(await comment({ content: docOf(...pieces('。', 6)) })).toBe('text_run_too_long')
  expect(
    await said(reviewer, 'PATCH', `${comments}/${mine.commentId}`, { content: docOf(...pieces('م', 6)) }),
  ).toBe('text_run_too_long')
  expect(await said(reviewer, 'PATCH', `/threads/${mine.id}`, { state: 'settled', reason: long })).toBe(
    'text_run_too_long',
  )
  expect(await said(reviewer, 'POST', '/reviews', { id: newId(), decision: 'comments', summary: long })).toBe(
    'text_run_too_long',
  )
  expect(await said(reviewer, 'POST', '/threads', point({ anchor: { ...anchor, quote: long } }))).toBe(
    'text_run_too_long',
  )
})

test('§2 the names of whom a comment mentions are of its runs: four hundred of 80 full stops are none', async () => {
  await server.database
    .update(users)
    .set({ name: '。'.repeat(80) })
    .where(eq(users.id, owner.user.id))
  const mention = { type: 'mention', attrs: { userId: owner.user.id, label: 'x' } }
  const raise = (...nodes: object[]) =>
    said(reviewer, 'POST', '/threads', point({ content: docOf(...nodes) }))
  expect(await raise(...Array.from({ length: 6 }, () => mention))).toBe(201)
  expect(await raise(...Array.from({ length: 7 }, () => mention))).toBe('text_run_too_long')
  expect(await raise(...Array.from({ length: 7 }, () => [mention, text(' ')]).flat())).toBe(201)
})

test('§2 a proposal of words that no text takes is refused to who makes it, one of earlier days to who accepts it', async () => {
  const propose = (replacement: object[]) => point({ anchor, kind: 'proposal', replacement })
  const raise = (replacement: object[]) => said(reviewer, 'POST', '/threads', propose(replacement))
  expect(await raise([text('x'.repeat(20_000))])).toBe('text_run_too_long')
  expect(await raise(pieces('。', 6))).toBe('text_run_too_long')
  expect(await raise([...pieces('。', 3), { type: 'hardBreak' }, ...pieces('。', 3)])).toBe(201)

  const kept = propose([text('short')])
  await reviewer.post(`${path}/threads`, kept)
  await server.database
    .update(threads)
    .set({ replacement: pieces('。', 6) })
    .where(eq(threads.id, kept.id))
  expect(await said(owner, 'POST', `/threads/${kept.id}/accept`, { changes: 0 })).toBe('text_run_too_long')
  const { body } = await owner.ask<{ threads: Thread[] }>('GET', `${path}/threads?ids=${kept.id}`)
  expect(body.threads[0]).toMatchObject({ state: 'open', accepted: false })
})
