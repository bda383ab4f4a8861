import type { MessageFacts } from '../../../server/notify/send-tasks.ts'

/** What a webhook tells of a project, with what matters to a test. */
export const messageFactsOf = (own: Pick<MessageFacts, 'what'> & Partial<MessageFacts>): MessageFacts => ({
  actor: '李伟',
  project: 'Lamp',
  projectId: 'p',
  document: null,
  documentId: null,
  threadId: null,
  commentId: null,
  number: null,
  letter: null,
  revisionId: null,
  excerpt: '',
  at: '2026-11-28T14:10:00.000Z',
  ...own,
})
