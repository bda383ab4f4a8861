import { expect, test } from 'vitest'
import { messageFor } from '../../server/notify/chat-webhooks.ts'
import { locales } from '../../shared/accounts.ts'
import { decisionOf, decisionSigns } from '../../shared/decision-signs.ts'
import { decisions } from '../../shared/review.ts'
import { wordsOf } from '../helpers/browser/wording.ts'
import { messageFactsOf } from '../helpers/notify/sent-message.ts'

test('a sign stands for its decision, and words for themselves', () => {
  for (const decision of decisions) expect(decisionOf(decisionSigns[decision])).toBe(decision)
  expect(decisionOf('Wall too thin …')).toBeUndefined()
  expect(decisionOf('')).toBeUndefined()
})

test.each(locales)(
  '%s: a review without words is told with its decision in words, as the form names it',
  (locale) => {
    const t = wordsOf(locale)
    const hook = { kind: 'wecom' as const, url: 'https://robot.invalid/', secret: '', locale }
    for (const decision of decisions) {
      const { body } = messageFor(
        hook,
        messageFactsOf({ what: 'review', excerpt: decisionSigns[decision] }),
        'https://lamp.invalid',
        0,
      )
      expect(body).toContain(t(`review:decision.${decision}`))
      expect(t(`notify:decision.${decision}`)).toBe(t(`review:decision.${decision}`))
      expect(body).not.toContain(`\\n${decisionSigns[decision]}\\n`)
    }
  },
)
