import { createHash } from 'node:crypto'
import { getSchema, type Extensions } from '@tiptap/core'
import { describe, expect, test } from 'vitest'
import { schema, schemaExtensions } from '../../shared/document/schema.ts'
import { schemaVersion } from '../../shared/document/schema-version.ts'
import { isSafeLink } from '../../shared/document/safe-link.ts'
import { viewedSchema } from '../../web/editor/extensions.ts'

const attributes = (attrs: Record<string, { default?: unknown }> | null | undefined) =>
  Object.entries(attrs ?? {})
    .map(([name, { default: value }]) => [name, value ?? null])
    .sort()

/** Everything of a schema that decides what a document may hold, in an order that does not matter. */
function shape(extensions: Extensions) {
  const { nodes, marks } = getSchema(extensions)
  return {
    nodes: Object.values(nodes)
      .map(({ name, spec }) => ({
        name,
        content: spec.content ?? '',
        group: spec.group ?? '',
        marks: spec.marks ?? '',
        attributes: attributes(spec.attrs),
      }))
      .sort((one, other) => one.name.localeCompare(other.name)),
    marks: Object.values(marks)
      .map(({ name, spec }) => ({ name, excludes: spec.excludes ?? '', attributes: attributes(spec.attrs) }))
      .sort((one, other) => one.name.localeCompare(other.name)),
  }
}

/** Raise `schemaVersion` together with this, never this alone: an older editor would delete what it does not know. */
const pinned = { version: 1, hash: '2efa8c1fb408f54d43434685841b46094ebd50b9837c7371ec539623242a775b' }

const text = (words: string) => [{ type: 'text', text: words }]

describe('the document schema', () => {
  test('rule 11: a change of the schema raises its version', () => {
    const hash = createHash('sha256')
      .update(JSON.stringify(shape(schemaExtensions)))
      .digest('hex')
    expect({ version: schemaVersion, hash }).toEqual(pinned)
  })

  test('the editor holds exactly what the shared schema holds', () => {
    expect(shape(viewedSchema('project'))).toEqual(shape(schemaExtensions))
  })

  test('a document with every block passes its own check', () => {
    const content = [
      {
        type: 'callout',
        attrs: { tone: 'warning' },
        content: [{ type: 'paragraph', content: text('⌀ 8 ±0.1') }],
      },
      { type: 'imageFile', attrs: { sha256: 'a'.repeat(64), alt: 'Lamp', width: 320 } },
      { type: 'blockMath', attrs: { latex: 'a^2' } },
    ]
    expect(() => schema.nodeFromJSON({ type: 'doc', content }).check()).not.toThrow()
  })
})

describe('safe links', () => {
  test.each(['https://example.com', 'http://example.com/a?b', 'mailto:li@example.com', 'tel:+8623'])(
    '%s is safe',
    (href) => expect(isSafeLink(href)).toBe(true),
  )
  test.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    ' java\nscript:alert(1)',
    '\u0001javascript:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    'file:///etc/passwd',
    '/relative',
    '',
    `https://example.com/${'x'.repeat(2_000)}`,
    null,
    7,
  ])('%j is not', (href) => expect(isSafeLink(href)).toBe(false))
})
