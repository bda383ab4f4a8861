import { expect, test } from 'vitest'
import { proposedSide } from '../../web/ui/people/proposed-side.ts'

test('who is brought in is proposed for the side that has nobody, else for the other one than one’s own', () => {
  const [design, manufacture] = [{ side: 'design' }, { side: 'manufacture' }] as const
  expect(proposedSide('manufacture', [manufacture])).toBe('design')
  expect(proposedSide('design', [design])).toBe('manufacture')
  expect(proposedSide('manufacture', [design, manufacture])).toBe('design')
  expect(proposedSide('design', [design, manufacture])).toBe('manufacture')
})
