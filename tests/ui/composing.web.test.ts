import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { isOfComposition } from '../../web/ui/text/composing.ts'

test.each([
  ['an Enter', { isComposing: false, keyCode: 13 }, false],
  ['an Enter within a composition', { isComposing: true, keyCode: 13 }, true],
  [
    'the Enter that took a candidate in Safari, told when the composition is over',
    { isComposing: false, keyCode: 229 },
    true,
  ],
])('%s: is it of a composition?', (_, key, expected) => {
  expect(isOfComposition(key)).toBe(expected)
  expect(isOfComposition({ nativeEvent: key })).toBe(expected)
})

test('whether a key is of a composition is asked in one place', () => {
  const web = join(import.meta.dirname, '../../web')
  const asking = readdirSync(web, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.tsx?$/.test(path))
    .filter((path) =>
      /\b(isComposing|keyCode)\b/.test(
        readFileSync(join(web, path), 'utf8').replaceAll(/\/\/.*|^ *\*.*/gm, ''),
      ),
    )
  expect(asking).toEqual([join('ui', 'text', 'composing.ts')])
})
