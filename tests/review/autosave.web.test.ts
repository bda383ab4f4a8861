import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { contentOfText } from '../../shared/comment/content.ts'
import {
  autosavedOn,
  autosavedPictures,
  autosaveOf,
  plainTextOfAutosaved,
  type Autosaved,
} from '../../web/review/drafts/autosave.ts'
import { noThreadValues } from '../../web/ui/threads/ThreadFields.tsx'
import { fakeStorage } from '../helpers/web/fake-storage.ts'

let device: ReturnType<typeof fakeStorage>
beforeEach(() => {
  device = fakeStorage()
  vi.stubGlobal('localStorage', device.storage)
})
afterEach(() => void vi.unstubAllGlobals())

const thread = (id: string, words: string, resourceId = 'spec'): Autosaved => ({
  kind: 'point',
  id,
  resourceId,
  anchor: { type: 'project' },
  content: contentOfText(words),
  severity: 'must',
  fields: noThreadValues,
})
const reply = (id: string, words: string): Autosaved => ({
  kind: 'reply',
  id,
  resourceId: 'spec',
  content: contentOfText(words),
})
const said = (userId: string) => autosavedOn(userId, 'spec').map(({ words }) => plainTextOfAutosaved(words))

test('what is begun is kept apart by account, project and place, and goes when it is dropped', () => {
  const autosave = autosaveOf('lin', 'lamp')
  autosave.keep(thread('p1', '壁厚'))
  autosave.keep(thread('p2', 'another page', 'brief'))
  autosave.keep(reply('t1', '2.5 mm'))
  expect(autosaveOf('lin', 'lamp').latest('point', 'spec')).toMatchObject({ id: 'p1', severity: 'must' })
  expect(autosaveOf('lin', 'chair').latest('point', 'spec')).toBeNull()
  expect(autosaveOf('wang', 'lamp').get('reply', 't1')).toBeNull()
  expect(said('lin')).toEqual(['壁厚', '2.5 mm'])
  expect(said('wang')).toEqual([])
  autosave.drop('point', 'p1')
  expect(said('lin')).toEqual(['2.5 mm'])
  autosave.keep({ kind: 'text', id: 'declined/t1', resourceId: 'spec', text: 'too thin' })
  expect(autosave.get('text', 'declined/t1')).toMatchObject({ text: 'too thin' })
  autosave.drop('text', 'declined/t1')
  autosavedOn('lin', 'spec')[0]!.drop()
  expect(autosave.get('reply', 't1')).toBeNull()
})

test('a torn entry, or one of another version, costs itself alone', () => {
  const autosave = autosaveOf('lin', 'lamp')
  autosave.keep(thread('p1', 'whole'))
  const torn = [
    '{"kind":"point",',
    'null',
    '7',
    JSON.stringify({ ...thread('x', 'x'), at: '9', anchor: { type: 'face' } }),
    JSON.stringify({ ...thread('x', 'x'), at: '9', content: { type: 'doc', content: [{ type: 'table' }] } }),
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
  expect(autosave.latest('point', 'spec')).toMatchObject({ id: 'p1' })
})

test('blocked storage throws nothing, and what is begun is there until the tab ends', () => {
  device.break()
  const autosave = autosaveOf('lin', 'blocked')
  autosave.keep(reply('t1', '2.5 mm'))
  expect(autosaveOf('lin', 'blocked').get('reply', 't1')).toMatchObject({ id: 't1' })
  expect(said('lin')).toEqual(['2.5 mm'])
  autosave.drop('reply', 't1')
  expect(autosave.get('reply', 't1')).toBeNull()
})

test('a picture that waits for what is begun is not forgotten', () => {
  const content = {
    type: 'doc' as const,
    content: [{ type: 'imageFile', attrs: { sha256: 'waiting-1', alt: 'lamp' } }],
  }
  autosaveOf('lin', 'lamp').keep({ kind: 'reply', id: 't1', resourceId: 'spec', content })
  expect(autosavedPictures('lin', 'lamp')).toEqual(['waiting-1'])
  expect(autosavedPictures('lin', 'chair')).toEqual([])
})

test('what a version kept that knew documents only is read as a resource’s', () => {
  const { resourceId, ...former } = thread('p1', '壁厚')
  device.kept.set('begun/lin/lamp/point/p1', JSON.stringify({ ...former, documentId: resourceId, at: '9' }))
  expect(autosaveOf('lin', 'lamp').latest('point', 'spec')).toMatchObject({ id: 'p1', resourceId: 'spec' })
  expect(said('lin')).toEqual(['壁厚'])
})
