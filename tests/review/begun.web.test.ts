import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { contentOfText } from '../../shared/comment/content.ts'
import { begunOn, begunPictures, begunWords, plainBegun, type Begun } from '../../web/review/drafts/begun.ts'
import { noPointValues } from '../../web/ui/threads/PointFields.tsx'
import { fakeStorage } from '../helpers/web/fake-storage.ts'

let device: ReturnType<typeof fakeStorage>
beforeEach(() => {
  device = fakeStorage()
  vi.stubGlobal('localStorage', device.storage)
})
afterEach(() => void vi.unstubAllGlobals())

const point = (id: string, words: string, resourceId = 'spec'): Begun => ({
  kind: 'point',
  id,
  resourceId,
  anchor: { type: 'project' },
  content: contentOfText(words),
  severity: 'must',
  fields: noPointValues,
})
const reply = (id: string, words: string): Begun => ({
  kind: 'reply',
  id,
  resourceId: 'spec',
  content: contentOfText(words),
})
const said = (userId: string) => begunOn(userId, 'spec').map(({ words }) => plainBegun(words))

test('what is begun is kept apart by account, project and place, and goes when it is dropped', () => {
  const begun = begunWords('lin', 'lamp')
  begun.keep(point('p1', '壁厚'))
  begun.keep(point('p2', 'another page', 'brief'))
  begun.keep(reply('t1', '2.5 mm'))
  expect(begunWords('lin', 'lamp').latest('point', 'spec')).toMatchObject({ id: 'p1', severity: 'must' })
  expect(begunWords('lin', 'chair').latest('point', 'spec')).toBeNull()
  expect(begunWords('wang', 'lamp').get('reply', 't1')).toBeNull()
  expect(said('lin')).toEqual(['壁厚', '2.5 mm'])
  expect(said('wang')).toEqual([])
  begun.drop('point', 'p1')
  expect(said('lin')).toEqual(['2.5 mm'])
  begun.keep({ kind: 'text', id: 'declined/t1', resourceId: 'spec', text: 'too thin' })
  expect(begun.get('text', 'declined/t1')).toMatchObject({ text: 'too thin' })
  begun.drop('text', 'declined/t1')
  begunOn('lin', 'spec')[0]!.drop()
  expect(begun.get('reply', 't1')).toBeNull()
})

test('a torn entry, or one of another version, costs itself alone', () => {
  const begun = begunWords('lin', 'lamp')
  begun.keep(point('p1', 'whole'))
  const torn = [
    '{"kind":"point",',
    'null',
    '7',
    JSON.stringify({ ...point('x', 'x'), at: '9', anchor: { type: 'face' } }),
    JSON.stringify({ ...point('x', 'x'), at: '9', content: { type: 'doc', content: [{ type: 'table' }] } }),
    JSON.stringify({
      kind: 'proposal',
      id: 'x',
      documentId: 'spec',
      at: '9',
      anchor: { type: 'project' },
      why: '',
    }),
  ]
  for (const [index, text] of torn.entries()) device.kept.set(`begun/lin/lamp/point/torn${index}`, text)
  expect(said('lin')).toEqual(['whole'])
  expect(begun.latest('point', 'spec')).toMatchObject({ id: 'p1' })
})

test('blocked storage throws nothing, and what is begun is there until the tab ends', () => {
  device.break()
  const begun = begunWords('lin', 'blocked')
  begun.keep(reply('t1', '2.5 mm'))
  expect(begunWords('lin', 'blocked').get('reply', 't1')).toMatchObject({ id: 't1' })
  expect(said('lin')).toEqual(['2.5 mm'])
  begun.drop('reply', 't1')
  expect(begun.get('reply', 't1')).toBeNull()
})

test('a picture that waits for what is begun is not forgotten', () => {
  const content = {
    type: 'doc' as const,
    content: [{ type: 'imageFile', attrs: { sha256: 'waiting-1', alt: 'lamp' } }],
  }
  begunWords('lin', 'lamp').keep({ kind: 'reply', id: 't1', resourceId: 'spec', content })
  expect(begunPictures('lin', 'lamp')).toEqual(['waiting-1'])
  expect(begunPictures('lin', 'chair')).toEqual([])
})

test('what a version kept that knew documents only is read as a resource’s', () => {
  const { resourceId, ...former } = point('p1', '壁厚')
  device.kept.set('begun/lin/lamp/point/p1', JSON.stringify({ ...former, documentId: resourceId, at: '9' }))
  expect(begunWords('lin', 'lamp').latest('point', 'spec')).toMatchObject({ id: 'p1', resourceId: 'spec' })
  expect(said('lin')).toEqual(['壁厚'])
})
