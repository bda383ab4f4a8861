import { expect, test } from 'vitest'
import { revisionMarkdown } from '../../server/export/markdown/revision-markdown.ts'
import { printData } from '../../server/export/print/print-data.ts'
import type { RevisionInFull } from '../../server/signoff/in-full.ts'
import { lampRevision } from '../helpers/signoff/lamp-revision.ts'

/** A signature that counts no more says so wherever the revision is told, in the same words. */

const key = { publicKeySha256: '0'.repeat(64), sign: () => new Uint8Array(64) }
const signed = lampRevision(key)
const lin = { userId: 'u-lin', side: 'design' as const }
const lapsed = {
  ...signed,
  summary: { ...signed.summary, state: 'open', signatures: [{ ...lin, lapsed: true }] },
} as unknown as RevisionInFull

test.each([
  ['en', 'Void: may not sign for this side any more', 'Approved'],
  ['zh-CN', '无效：签署人已无权代表该方签署', '批准'],
] as const)('in print and in Markdown, in %s', (locale, words, approved) => {
  const data = printData(lapsed, key.publicKeySha256, locale)
  expect(data.signatures.map((one) => [one.side, one.void])).toEqual([
    ['design', words],
    ['manufacture', ''],
  ])
  // neither half of the seal, nor a name on the cover, stands for it
  expect(data.sealed).toEqual(['manufacture'])
  expect(data.roles.find(({ label }) => label === approved)!.names).toBe('')
  const markdown = revisionMarkdown(lapsed, locale)
  expect(markdown.split(words)).toHaveLength(2)
  expect(revisionMarkdown(signed, locale)).not.toContain(words)
})
