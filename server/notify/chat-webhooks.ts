import { createHmac } from 'node:crypto'
import type { Locale } from '../../shared/accounts.ts'
import { decisionOf } from '../../shared/decision-signs.ts'
import type { WebhookKind, WebhookMessage } from '../../shared/notify.ts'
import type { MessageFacts } from './send-tasks.ts'
import { linkTo, wordingIn } from './wording.ts'

export interface Hook {
  kind: WebhookKind
  url: string
  secret: string
  locale: Locale
}

export interface Message {
  url: URL
  body: string
  headers: Record<string, string>
}

const hmac = (key: string, text: string) => createHmac('sha256', key).update(text)

/**
 * What is told, as each receiver takes it: the plain text of a chat, which names nobody, or our own JSON, signed.
 * `isBroken`: the revision that it is about is not what was put forward and signed. `page`: the path of the page of
 * the resource that it is about.
 */
export function messageFor(
  { kind, url: to, secret, locale }: Hook,
  told: MessageFacts,
  url: string,
  now: number,
  isBroken = false,
  page: string | null = null,
): Message {
  const address = new URL(to)
  const link = linkTo(url, { ...told, page }, told.letter !== null)
  if (kind === 'json') {
    const timestamp = String(Math.floor(now / 1_000))
    const message: WebhookMessage = {
      ...told,
      ...(told.letter !== null && { revisionBroken: isBroken }),
      link,
    }
    const body = JSON.stringify(message)
    const signature = `sha256=${hmac(secret, `${timestamp}.${body}`).digest('hex')}`
    const headers = { 'X-Countersign-Timestamp': timestamp, 'X-Countersign-Signature': signature }
    return { url: address, body, headers }
  }
  const content = textOf(told, link, locale, isBroken)
  if (kind === 'wecom')
    return { url: address, body: JSON.stringify({ msgtype: 'text', text: { content } }), headers: {} }
  if (kind === 'dingtalk') {
    // open.dingtalk.com, "custom robot: sign": milliseconds, and the secret is the key and a part of the text
    if (secret) {
      address.searchParams.set('timestamp', String(now))
      address.searchParams.set('sign', hmac(secret, `${now}\n${secret}`).digest('base64'))
    }
    return { url: address, body: JSON.stringify({ msgtype: 'text', text: { content } }), headers: {} }
  }
  // open.feishu.cn, "custom bot: signature": seconds, and timestamp with secret is the key of an empty text
  const timestamp = String(Math.floor(now / 1_000))
  const sign = secret && { timestamp, sign: hmac(`${timestamp}\n${secret}`, '').digest('base64') }
  // Feishu reads <at …> in a text as a call to everybody
  const text = content.replaceAll('<', '＜')
  return { url: address, body: JSON.stringify({ ...sign, msg_type: 'text', content: { text } }), headers: {} }
}

function textOf(told: MessageFacts, link: string, locale: Locale, isBroken: boolean): string {
  const { what, actor: name, number, letter, project, document, excerpt } = told
  const t = wordingIn(locale)
  const place = document === null ? project : `${project} / ${document}`
  const sentence = what === 'test' ? t('webhook.test', { name }) : t(`told.${what}`, { name, number, letter })
  const warning = isBroken && t('revisionBroken', { letter })
  const decision = what === 'review' && decisionOf(excerpt)
  const words = decision ? t(`decision.${decision}`) : excerpt
  return [sentence, warning, place, words, link].filter(Boolean).join('\n')
}

/** True when a chat took the message: chats answer 200 also when they did not, with a code other than 0. */
export function tookIt(kind: WebhookKind, status: number, text: string): boolean {
  if (status < 200 || status > 299) return false
  if (kind === 'json') return true
  try {
    const answer = JSON.parse(text) as { errcode?: number; code?: number }
    return (answer.errcode ?? answer.code) === 0
  } catch {
    return false
  }
}
