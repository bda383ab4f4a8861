import { expect, test } from '@playwright/test'
import { newId } from '../../../server/db/columns.ts'
import type { RoomEvent } from '../../../shared/wire/events.ts'
import { createDocument, createPerson, join } from '../../helpers/people.ts'
import { close, expectSaved, openAs } from '../../helpers/browser/editor-people.ts'
import { wordsOf } from '../../helpers/browser/wording.ts'

const t = wordsOf('en')

test('a point that is too long to be told whole is told by its id, and the other’s screen reads and shows it', async ({
  browser,
}) => {
  const url = process.env.COUNTERSIGN_URL!.replace(/\/$/, '')
  const owner = await createPerson(url, 'Lin Yue')
  const maker = await createPerson(url, '王师傅', 'zh-CN')
  const { projectId, documentId } = await createDocument(owner)
  await join(owner, maker, projectId, 'manufacture', 'reviewer')
  const writer = await openAs(browser, owner, documentId, { locale: 'en' })
  const { page } = writer
  const told: string[] = []
  page.on('websocket', (socket) =>
    socket.on('framereceived', ({ payload }) => void told.push(payload.toString('latin1'))),
  )
  await page.reload()
  await expectSaved(page)
  const tells = (type: RoomEvent['type'], words: string) =>
    told.filter((frame) => frame.includes(`"${type}"`) && frame.includes(words)).length
  const [threadId, threads] = [newId(), `/api/projects/${projectId}/threads`]
  const say = (words: string) => `${words} ${'模具缩水。'.repeat(1_900)}`
  await maker.post(threads, {
    id: threadId,
    commentId: newId(),
    anchor: { type: 'project' },
    body: say('Part one.'),
    severity: 'note',
  })
  const card = page
    .getByRole('feed')
    .getByRole('article', { name: t('review:number', { number: '1' }), exact: true })
  const part = (words: string) => card.getByText(words)
  await expect(part('Part one.')).toBeVisible()
  await card.getByRole('button').first().click()
  await expect(card.getByRole('textbox', { name: t('review:reply.body') })).toBeVisible()
  expect(tells('thread.saved', threadId)).toBe(1)

  await maker.post(`${threads}/${threadId}/comments`, { id: newId(), body: say('Part two.') })
  await maker.post(`${threads}/${threadId}/comments`, { id: newId(), body: say('Part three.') })
  await expect(part('Part three.')).toBeVisible()
  await expect(part('Part two.')).toBeVisible()
  expect(tells('threads.changed', threadId)).toBeGreaterThan(0)
  expect(told.some((frame) => frame.includes('Part three.'))).toBe(false)

  await maker.ask('PATCH', `${threads}/${threadId}`, { severity: 'must' })
  await expect(card.getByRole('img', { name: t('review:severity.must'), exact: true })).toBeVisible()
  await close(writer)
})
