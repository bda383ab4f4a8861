import { expect, test } from 'vitest'
import { heaviestRunOf } from '../../shared/document/text-runs.ts'
import { isStorable } from '../../shared/text/storable.ts'
import { withBreaks } from '../../web/ui/text/broken-runs.ts'

test.each([
  ['20,000 full stops of Chinese', '。'.repeat(20_000)],
  ['20,000 Arabic letters', 'م'.repeat(20_000)],
  ['60,000 Latin letters', 'x'.repeat(60_000)],
  ['20,000 figures of two halves', '🔧'.repeat(20_000)],
])('%s that were kept earlier are shown with places where a line may end', (_what, words) => {
  const shown = withBreaks(words)
  expect(heaviestRunOf(shown)).toBeLessThanOrEqual(10_000)
  expect(shown.replaceAll('\u200b', '')).toBe(words)
  expect(isStorable(shown)).toBe(true)
})

test('what the server takes is shown as it is', () => {
  for (const words of ['', '。'.repeat(500), '字'.repeat(10_000), 'a few words '.repeat(2_000)]) {
    expect(withBreaks(words)).toBe(words)
  }
})
