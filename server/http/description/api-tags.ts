/** The parts of the interface, in the order in which its description has them. */
export const apiTags = {
  Accounts: 'Who somebody is, on which devices, by what password and e-mail address.',
  Tokens: 'Personal tokens, so that a script needs nobody’s password.',
  Projects: 'One product under review: its name, phase and contents.',
  Members: 'Who is in a project, on which side and in which role.',
  Invitations: 'Links that bring an account into a project. The secret is told once, when one is made.',
  Guests: 'People without an account, whom a link lets into some documents.',
  Files: 'Pictures, named by the SHA-256 of their bytes.',
  Documents: 'Briefs and specs. Their text is written over the room’s socket; here it is read.',
  Versions: 'Immutable captures of one document.',
  Points: 'Points that people raise, with their comments and proposals; in code a point is a thread.',
  Reviews: 'Comments that were kept private, published together with a decision.',
  Search: 'Words, found in all that a project holds.',
  Notices: 'What others did that concerns the reader, and which mails tell of it.',
  Webhooks: 'Where a project’s news go besides the bell.',
  'Sign-off': 'Revisions: frozen states that are put forward, signed and withdrawn.',
  Export: 'Revisions and points as files, and the package that anybody can check.',
  Trail: 'Who did what in a project: an append-only, hash-chained record.',
  Server: 'What machines ask: is it alive, ready, how is it doing, and what can it do.',
} as const

export type Tag = keyof typeof apiTags
