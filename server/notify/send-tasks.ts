import type { WebhookMessage } from '../../shared/notify.ts'

/** What a webhook tells, kept with its job; `revisionId` is missing in what was queued before it was told. */
export type MessageFacts = Omit<WebhookMessage, 'link' | 'revisionBroken'>

/** One thing to be sent. */
export type SendTask =
  | { type: 'mail'; noticeId: string }
  | { type: 'digest'; userId: string }
  | { type: 'confirmation'; confirmationId: string }
  | { type: 'webhook'; webhookId: string; told: MessageFacts }
