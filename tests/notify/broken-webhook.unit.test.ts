import { expect, test } from 'vitest'
import { messageFor } from '../../server/notify/chat-webhooks.ts'
import { messageFactsOf } from '../helpers/notify/sent-message.ts'

const told = messageFactsOf({ what: 'signed', letter: 'A', revisionId: 'r' })

const bodyOf = (kind: 'json' | 'wecom' | 'dingtalk' | 'feishu', locale: 'en' | 'zh-CN', isBroken: boolean) =>
  messageFor({ kind, url: 'https://hook.test', secret: 's', locale }, told, 'https://c.test', 0, isBroken)
    .body

test('a webhook that tells of a broken revision says so: as a field in JSON, in words to each robot', () => {
  expect(JSON.parse(bodyOf('json', 'en', true))).toMatchObject({ what: 'signed', revisionBroken: true })
  expect(JSON.parse(bodyOf('json', 'en', false))).toMatchObject({ revisionBroken: false })
  for (const kind of ['wecom', 'dingtalk', 'feishu'] as const) {
    expect(bodyOf(kind, 'en', true)).toContain('Revision A is broken and does not count as signed.')
    expect(bodyOf(kind, 'zh-CN', true)).toContain('版次 A 已损坏，不能视为已签署。')
    expect(bodyOf(kind, 'en', false)).not.toContain('broken')
  }
})
