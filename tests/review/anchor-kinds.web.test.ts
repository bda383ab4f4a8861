import type { TFunction } from 'i18next'
import { expect, test } from 'vitest'
import type { Anchor, Thread } from '../../shared/review.ts'
import { nodeKind, textKind } from '../../web/review/anchors/described-kinds.ts'
import { markedIn } from '../../web/review/anchors/marked.ts'
import { anchorKind, registerAnchorKind } from '../../web/ui/kinds/anchor-kinds.ts'

const t = ((key: string) => key) as unknown as TFunction

type Place = Extract<Anchor, { type: 'place' }>
const region = (page: number): Place => ({
  type: 'place',
  kind: 'drawing',
  resourceId: 'd',
  place: { page },
  quote: '',
})

test('an anchor is described by its kind, which may stand in a folder of its own', () => {
  registerAnchorKind('text', textKind)
  registerAnchorKind('node', nodeKind)
  registerAnchorKind<Place>('drawing', {
    about: ({ place }) => `Page ${String(place.page)}`,
    title: ({ place }) => `Comment on page ${String(place.page)}`,
  })
  const cell: Anchor = { type: 'node', documentId: 'd', node: '', nodeType: 'cell', quote: '' }
  const words: Anchor = { type: 'text', documentId: 'd', start: '', end: '', quote: '2.5 mm' }
  const told = [region(3), cell, words].map((one) => anchorKind(one))
  expect(told[0]!.about(region(3), t)).toBe('Page 3')
  expect(told[0]!.title(region(3), t)).toBe('Comment on page 3')
  expect(told[1]!.about(cell, t)).toBe('review:about.cell')
  expect(told[2]!.about(words, t)).toBeNull()
})

test('a place of a kind that this version does not know is described as any place', () => {
  const anchor: Anchor = { ...region(1), kind: 'later' }
  expect(anchorKind(anchor).about(anchor, t)).toBe('review:about.place')
  expect(anchorKind(anchor).title(anchor, t)).toBe('review:compose.on.place')
})

test('what is marked on a resource are the anchors of the kinds that are drawn there', () => {
  const thread = (id: string, anchor: Anchor) =>
    ({ id, anchor, author: { side: 'design' }, state: 'settled', comments: [] }) as unknown as Thread
  const isRegion = (anchor: Anchor): anchor is Place => anchor.type === 'place'
  const threads = [thread('one', region(1)), thread('two', { type: 'project' })]
  expect(markedIn(isRegion, threads, [], { anchor: region(2) }, null)).toEqual([
    { id: 'one', anchor: region(1), look: 'design', closed: true, fresh: false },
    { id: 'draft', anchor: region(2), look: 'draft', closed: false, fresh: false },
  ])
})
