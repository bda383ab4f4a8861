import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { messageFor } from '../../server/notify/chat-webhooks.ts'
import { noticeKinds, webhookMessage } from '../../shared/notify.ts'
import { messageFactsOf } from '../helpers/notify/sent-message.ts'

test.each([...noticeKinds, 'test'] as const)(
  'what is sent of %s is what is described, and signed',
  (what) => {
    const told = messageFactsOf({ what, letter: what === 'signed' ? 'A' : null })
    const hook = { kind: 'json', url: 'https://hook.test', secret: 'key', locale: 'en' } as const
    const { body, headers } = messageFor(hook, told, 'https://c.test', 1_795_940_100_000)
    expect(webhookMessage.strict().parse(JSON.parse(body))).toMatchObject({ what })
    expect(headers).toEqual({
      'X-Countersign-Timestamp': '1795940100',
      'X-Countersign-Signature': `sha256=${createHmac('sha256', 'key').update(`1795940100.${body}`).digest('hex')}`,
    })
  },
)
