import { IconFileText } from '@tabler/icons-react'
import { linkOptions } from '@tanstack/react-router'
import { expect, test } from 'vitest'
import type { Anchor } from '../../shared/review.ts'
import {
  linkToAnchor,
  linkToResource,
  registerResourceKind,
  resourceKind,
} from '../../web/ui/kinds/resource-kinds.ts'

// what the pages of a kind are; no route of ours has this one, which only the kind's own folder would add
const linkTo = (id: string, search: object) =>
  linkOptions({ to: '/documents/$documentId', params: { documentId: `note ${id}` }, search })

test('a notice, a hit and a point lead to the page that their kind registered', () => {
  registerResourceKind('note', { linkTo, Icon: IconFileText })
  expect(linkToResource('note', 'n', { find: 'gate' })).toEqual(linkTo('n', { find: 'gate' }))
  const anchor: Anchor = { type: 'place', kind: 'note', resourceId: 'n', place: { line: 1 }, quote: 'Line 1' }
  expect(linkToAnchor(anchor, { thread: 't' })).toEqual(linkTo('n', { thread: 't' }))
})

test('a kind that this version does not know, and the project, lead to no page of a resource', () => {
  expect(linkToResource('later', 'n')).toBeNull()
  expect(resourceKind('later')).toBeUndefined()
  expect(linkToAnchor({ type: 'project' }, { thread: 't' })).toBeNull()
})
