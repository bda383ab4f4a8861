import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Thread } from '../../shared/review.ts'
import type { RunningServer } from '../../server/open-server.ts'
import { createDocument, createPerson, join, ownPage, type Person } from '../helpers/people.ts'
import { startServer } from '../helpers/server.ts'
import { codeOf, threadsOf } from '../helpers/access/points-of.ts'

let server: RunningServer
let owner: Person, reviewer: Person, stranger: Person
let projectId: string

beforeAll(async () => {
  server = await startServer()
  owner = await createPerson(server.url, 'Lin Yue')
  reviewer = await createPerson(server.url, '王师傅')
  stranger = await createPerson(server.url, 'Stranger')
  ;({ projectId } = await createDocument(owner))
  await join(owner, reviewer, projectId, 'manufacture', 'reviewer')
})
afterAll(() => server.close())

const { path, raise, reply, at } = threadsOf(() => projectId)
const seen = async (by: Person) => (await by.get<{ threads: Thread[] }>(path())).threads
const doc = (...content: object[]) => ({ type: 'doc', content })
const paragraph = (...content: object[]) => ({ type: 'paragraph', content })
const text = (words: string, ...marks: object[]) => ({
  type: 'text',
  text: words,
  ...(marks[0] && { marks }),
})

describe('rich comments', () => {
  test('keep their form, and the server writes the plain text, the names and the numbers', async () => {
    const picture = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#b26a00' } })
      .png()
      .toBuffer()
    const stored = await fetch(`${server.url}/api/projects/${projectId}/files`, {
      method: 'POST',
      headers: {
        ...ownPage(server.url),
        Cookie: reviewer.cookie,
        'Content-Type': 'image/png',
        'X-File-Name': 'sink-mark.png',
      },
      body: new Uint8Array(picture),
    })
    const { file } = (await stored.json()) as { file: { sha256: string } }
    const about = (await raise(owner)).body.thread
    const content = doc(
      paragraph(
        text('See ', { type: 'bold' }),
        { type: 'mention', attrs: { userId: owner.user.id, label: 'The Pope' } },
        text(' and '),
        { type: 'pointLink', attrs: { threadId: about.id, number: 9_999 } },
        text(' at ', { type: 'link', attrs: { href: 'https://example.com/a', class: 'x', target: '_top' } }),
      ),
      { type: 'bulletList', content: [{ type: 'listItem', content: [paragraph(text('2.5 mm'))] }] },
      { type: 'imageFile', attrs: { sha256: file.sha256, alt: 'forged', width: 9_000 } },
    )
    const { status, body } = await raise(reviewer, { content })
    expect(status).toBe(201)
    const comment = body.thread.comments[0]!
    expect(comment.body).toBe(`See @Lin Yue and #${about.number} at \n• 2.5 mm\n[sink-mark.png]`)
    const told = JSON.stringify(comment.content)
    expect(told).not.toMatch(/Pope|9999|forged|9000|_top/)
    expect(told).toContain('"href":"https://example.com/a"')
    expect(told).toContain('"bold"')
  })

  test('plain words in a rich form are kept as plain text', async () => {
    const { body } = await raise(reviewer, { content: doc(paragraph(text('one')), paragraph(text('two'))) })
    expect(body.thread.comments[0]).toMatchObject({ body: 'one\ntwo', content: null })
  })

  const nested = (depth: number) => {
    let inner: object = paragraph(text('deep'))
    for (let level = 0; level < depth; level++) {
      inner = { type: 'bulletList', content: [{ type: 'listItem', content: [paragraph(), inner] }] }
    }
    return inner
  }
  const link = (href: unknown) => doc(paragraph(text('x', { type: 'link', attrs: { href } })))
  test.each<[string, object, number, string]>([
    [
      'an unknown node',
      { content: doc({ type: 'iframe', attrs: { src: 'https://x.y' } }) },
      400,
      'comment_invalid',
    ],
    ['a heading', { content: doc({ type: 'heading', content: [text('x')] }) }, 400, 'comment_invalid'],
    ['text outside a block', { content: doc(text('x')) }, 400, 'comment_invalid'],
    ['a script link', { content: link('java\nscript:alert(1)') }, 400, 'comment_invalid'],
    ['a link that is no text', { content: link({ a: 1 }) }, 400, 'comment_invalid'],
    ['content that is no tree', { content: { type: 'doc', content: 7 } }, 400, 'comment_invalid'],
    ['nothing', {}, 400, 'comment_empty'],
    ['blanks', { content: doc(paragraph(text('  ')), paragraph()) }, 400, 'comment_empty'],
    ['11,000 characters', { content: doc(paragraph(text('长'.repeat(11_000)))) }, 413, 'comment_too_long'],
    ['11,000 plain characters', { body: 'x'.repeat(11_000) }, 413, 'comment_too_long'],
    [
      '30,000 empty lines',
      { content: doc(...Array.from({ length: 30_000 }, () => paragraph())) },
      413,
      'too_large',
    ],
    [
      'a link of 900 KB',
      { content: link(`https://example.com/${'x'.repeat(900_000)}`) },
      400,
      'comment_invalid',
    ],
    [
      '100 links of 1,900 characters',
      {
        content: doc(
          ...Array.from({ length: 100 }, (_, index) =>
            paragraph(
              text('x', {
                type: 'link',
                attrs: { href: `https://example.com/${index}/${'x'.repeat(1_880)}` },
              }),
            ),
          ),
        ),
      },
      413,
      'comment_too_large',
    ],
    [
      '3,000 mentions, none of which is looked up',
      {
        content: doc(
          paragraph(
            ...Array.from({ length: 3_000 }, (_, index) => ({
              type: 'mention',
              attrs: { userId: `${index}-0000-4000-8000-000000000000`, label: '' },
            })),
          ),
        ),
      },
      413,
      'comment_too_large',
    ],
    ['a NUL', { body: 'a\u0000b' }, 400, 'invalid_input'],
    ['a NUL in its form', { content: doc(paragraph(text('a\u0000b'))) }, 400, 'invalid_input'],
    ['half a character', { body: '\ud83d' }, 400, 'invalid_input'],
    ['half a character in its form', { content: doc(paragraph(text('a\udca1b'))) }, 400, 'invalid_input'],
    ['half a character in a key', { content: { ...doc(), '\ud83d': 1 } }, 400, 'invalid_input'],
    ['lists 800 deep', { content: doc(nested(800)) }, 413, 'too_large'],
    ['5 MB of text', { body: 'x'.repeat(5_000_000) }, 413, 'too_large'],
    [
      'a picture of nobody',
      { content: doc({ type: 'imageFile', attrs: { sha256: 'a'.repeat(64) } }) },
      400,
      'picture_unknown',
    ],
    [
      'a point of nobody',
      { content: doc(paragraph({ type: 'pointLink', attrs: { threadId: 'x' } })) },
      400,
      'point_unknown',
    ],
  ])('%s is refused, and nothing is kept', async (_what, written, status, code) => {
    const before = (await seen(owner)).length
    const refused = await raise(reviewer, written)
    expect([refused.status, codeOf(refused)]).toEqual([status, code])
    expect(await seen(owner)).toHaveLength(before)
    const { thread } = (await raise(reviewer)).body
    for (const again of [
      await reply(reviewer, thread.id, written),
      await reviewer.ask('PATCH', at(thread), written),
    ]) {
      expect([again.status, codeOf(again)]).toEqual([status, code])
    }
    expect((await seen(owner)).find(({ id }) => id === thread.id)).toEqual(thread)
  })

  test('whole characters of any plane and a link of 2,000 characters are kept', async () => {
    const href = `https://example.com/${'x'.repeat(1_980)}`
    const { status, body } = await raise(reviewer, {
      content: doc(paragraph(text('𠮷 💡', { type: 'link', attrs: { href } }))),
    })
    expect([status, body.thread.comments[0]!.body]).toEqual([201, '𠮷 💡'])
    expect(JSON.stringify(body.thread.comments[0]!.content)).toContain(href)
  })

  test('a mention of somebody who is not a member is refused with a code of its own', async () => {
    for (const userId of [stranger.user.id, 'nobody', [owner.user.id, 'x']]) {
      const refused = await raise(reviewer, {
        content: doc(paragraph({ type: 'mention', attrs: { userId, label: 'Stranger' } })),
      })
      expect([refused.status, codeOf(refused)]).toEqual([400, 'mention_unknown'])
    }
  })

  test('what was written offline carries both times; a clock that cannot be right is not believed', async () => {
    const writtenAt = new Date(Date.now() - 3_600_000).toISOString()
    const late = await raise(reviewer, { body: 'from the shop floor', writtenAt })
    expect(late.body.thread.comments[0]!.writtenAt).toBe(writtenAt)
    const moments = new Date(Date.now() - 5_000).toISOString()
    const little = await raise(reviewer, { body: 'out of the lift', writtenAt: moments })
    expect(little.body.thread.comments[0]!.writtenAt).toBe(moments)
    for (const wrong of [new Date(Date.now() + 3_600_000).toISOString(), '1990-01-01T00:00:00.000Z']) {
      const sent = await raise(reviewer, { body: 'x', writtenAt: wrong })
      expect(sent.body.thread.comments[0]!.writtenAt).toBeNull()
    }
    expect((await raise(reviewer, { body: 'x', writtenAt: 'yesterday' })).status).toBe(400)
  })
})
