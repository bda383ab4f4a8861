import { QueryClient } from '@tanstack/react-query'
import type { TFunction } from 'i18next'
import { beforeEach, expect, test, vi } from 'vitest'
import type { RevisionSummary } from '../../shared/signoff.ts'
import { oneOfEachSide } from '../../shared/rules/signing-policy.ts'
import { keepRevision, revisionsQuery } from '../../web/signoff/queries.ts'
import { sealWords, statusWords } from '../../web/signoff/revision-status.ts'
import { tellSigned } from '../../web/signoff/tell-signed.ts'

/** The notices that stand, by their ids, and how each tells that it was closed. */
const shown = vi.hoisted(() => ({ words: new Map<string, string>(), closes: new Map<string, () => void>() }))
vi.mock('../../web/ui/feedback/notices.ts', () => ({
  tellDone: (message: string, onClose?: () => void) => {
    const id = `notice ${shown.words.size}`
    shown.words.set(id, message)
    if (onClose) shown.closes.set(id, onClose)
    return id
  },
  tellInstead: (id: string, message: string) => shown.words.set(id, message),
}))
beforeEach(() => {
  shown.words.clear()
  shown.closes.clear()
})

const revision = (state: RevisionSummary['state'], ...sides: string[]) =>
  ({
    id: 'a',
    projectId: 'p',
    letter: 'A',
    createdAt: '2026-01-01',
    state,
    integrity: 'ok',
    requiredSigners: oneOfEachSide,
    signatures: sides.map((side) => ({ side })),
  }) as unknown as RevisionSummary

test.each([
  ['state.open', 'seal.none', revision('open')],
  ['seal.design', 'seal.design', revision('open', 'design')],
  ['seal.manufacture', 'seal.manufacture', revision('open', 'manufacture')],
  ['state.sealing', 'seal.both', revision('sealing', 'manufacture', 'design')],
  ['state.signed', 'seal.both', revision('signed', 'design', 'manufacture')],
  ['state.withdrawn', 'seal.design', revision('withdrawn', 'design')],
])('a revision says "%s", and its seal "%s"', (status, seal, one) => {
  expect([statusWords(one), sealWords(one)]).toEqual([status, seal])
})

test('a broken revision says so, whoever has signed', () => {
  expect(statusWords({ ...revision('open', 'design'), integrity: 'broken' })).toBe('broken.state')
})

const t = ((key: string) => key) as unknown as TFunction<'signoff'>

/** Tells of a signature while the list knows `known`; `later` is what an event says afterwards. */
function tell(signed: RevisionSummary, known = signed) {
  const client = new QueryClient()
  client.setQueryData(revisionsQuery('p').queryKey, [known])
  tellSigned(client, signed, t)
  return {
    words: () => [...shown.words.values()],
    later: (said: RevisionSummary) => keepRevision(client, said),
  }
}

test('the notice of sealing says that it is done as soon as that is known', () => {
  const { words, later } = tell(revision('sealing', 'design', 'manufacture'))
  expect(words()).toEqual(['sign.sealing'])
  later({ ...revision('open'), id: 'b', letter: 'B' })
  expect(words()).toEqual(['sign.sealing'])
  later(revision('signed', 'design', 'manufacture'))
  expect(words()).toEqual(['sign.sealed'])
})

test('a reply that the event overtook never says that the package is being sealed', () => {
  const both = ['design', 'manufacture']
  expect(tell(revision('sealing', ...both), revision('signed', ...both)).words()).toEqual(['sign.sealed'])
})

test('a notice that was closed is not written to again', () => {
  const { words, later } = tell(revision('sealing', 'design', 'manufacture'))
  for (const close of shown.closes.values()) close()
  later(revision('signed', 'design', 'manufacture'))
  expect(words()).toEqual(['sign.sealing'])
})

test.each([
  ['sign.done', revision('open', 'design')],
  ['sign.sealed', revision('signed', 'design', 'manufacture')],
])('otherwise it says "%s" once', (words, signed) => {
  expect(tell(signed).words()).toEqual([words])
})
