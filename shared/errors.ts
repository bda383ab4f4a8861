/**
 * The one table of expected failures: what went wrong, the HTTP status it answers with, and the close code a
 * room's socket ends with. Wording lives in `shared/locales` under `errors.<code>`; nothing matches on wording.
 *
 * `passes`: the same may succeed some time later without another act of whoever was refused, so that a client may come
 * again by itself.
 *
 * `values`: the params that its words name.
 *
 * Close codes 4400 to 4499 mirror the HTTP status; 1009, 1012 and 1013 keep their meaning from RFC 6455 and its registry.
 */
export const errors = {
  // asking
  invalid_input: { status: 400, close: 4400 },
  malformed_json: { status: 400, close: 4400 },
  too_large: { status: 413, close: 1009 },
  wrong_content_type: { status: 415, close: 4400 },
  foreign_origin: { status: 403, close: 4403 },
  too_many_requests: { status: 429, close: 4429, passes: true, values: ['seconds'] },
  // accounts
  session_required: { status: 401, close: 4401 },
  wrong_credentials: { status: 401, close: 4401 },
  wrong_password: { status: 403, close: 4403 },
  email_taken: { status: 409, close: 4409 },
  confirmation_invalid: { status: 404, close: 4404 },
  confirmation_used: { status: 410, close: 4404 },
  confirmation_expired: { status: 410, close: 4404 },
  confirmation_goes_on: { status: 409, close: 4400 },
  password_too_short: { status: 400, close: 4400, values: ['min'] },
  password_too_long: { status: 400, close: 4400, values: ['max'] },
  password_hollow: { status: 400, close: 4400 },
  password_common: { status: 400, close: 4400 },
  account_required: { status: 403, close: 4403 },
  account_changed: { status: 412, close: 4412 },
  account_present: { status: 409, close: 4409 },
  token_invalid: { status: 401, close: 4401 },
  token_expired: { status: 401, close: 4401 },
  token_scope: { status: 403, close: 4403 },
  too_many_tokens: { status: 409, close: 4409, values: ['limit'] },
  // access: an unknown id and a forbidden one get the same answer
  not_found: { status: 404, close: 4404 },
  not_allowed: { status: 403, close: 4403 },
  access_changed: { status: 403, close: 4510 },
  access_ended: { status: 404, close: 4411 },
  last_owner: { status: 409, close: 4409 },
  already_member: { status: 409, close: 4409 },
  invite_invalid: { status: 404, close: 4404 },
  invite_expired: { status: 410, close: 4404 },
  invite_used: { status: 410, close: 4404 },
  not_for_guests: { status: 403, close: 4403 },
  guest_link_invalid: { status: 404, close: 4404 },
  guest_link_revoked: { status: 410, close: 4404 },
  guest_link_expired: { status: 410, close: 4404 },
  guest_link_taken: { status: 409, close: 4409 },
  guest_code_wrong: { status: 403, close: 4403 },
  guest_name_taken: { status: 409, close: 4409 },
  too_many_invites: { status: 409, close: 4409, values: ['limit'] },
  too_many_guest_links: { status: 409, close: 4409, values: ['limit'] },
  too_many_projects: { status: 409, close: 4409, values: ['limit'] },
  project_archived: { status: 409, close: 4423 },
  // files
  file_empty: { status: 400, close: 4400 },
  file_too_large: { status: 413, close: 1009 },
  file_type_unsupported: { status: 415, close: 4400 },
  file_type_mismatch: { status: 415, close: 4400 },
  /** What lies under a picture's SHA-256 has another. */
  file_broken: { status: 409, close: 4409, values: ['name'] },
  image_too_many_pixels: { status: 413, close: 1009 },
  too_many_uploads: { status: 429, close: 4429, passes: true },
  project_full: { status: 413, close: 1009 },
  // rooms
  frame_malformed: { status: 400, close: 4400 },
  frame_unexpected: { status: 400, close: 4400 },
  update_malformed: { status: 400, close: 4422 },
  update_refused: { status: 403, close: 4422 },
  update_too_large: { status: 413, close: 1009 },
  update_too_complex: { status: 413, close: 4422 },
  text_run_too_long: { status: 413, close: 4422 },
  too_many_elements: { status: 413, close: 4422, values: ['limit'] },
  table_too_large: { status: 413, close: 4422, values: ['columns', 'cells'] },
  too_many_formats: { status: 413, close: 4422, values: ['limit'] },
  too_many_client_ids: { status: 413, close: 4422 },
  document_full: { status: 413, close: 4413 },
  read_only: { status: 403, close: 4403 },
  client_id_taken: { status: 409, close: 4409 },
  awareness_refused: { status: 400, close: 4400 },
  too_many_sockets: { status: 429, close: 4429, passes: true },
  too_many_updates: { status: 429, close: 4429, passes: true },
  reader_too_slow: { status: 503, close: 1013, passes: true },
  client_outdated: { status: 409, close: 4426 },
  server_stopping: { status: 503, close: 1012, passes: true },
  // reviewing and signing
  anchor_invalid: { status: 400, close: 4400 },
  replacement_invalid: { status: 400, close: 4400 },
  replacement_too_large: { status: 413, close: 4413, values: ['limit'] },
  replacement_link: { status: 400, close: 4400 },
  replacement_picture: { status: 400, close: 4400 },
  too_many_threads: { status: 409, close: 4409, values: ['limit'] },
  too_many_own_threads: { status: 409, close: 4409, values: ['limit'] },
  own_share_full: { status: 409, close: 4409 },
  too_many_drafts: { status: 409, close: 4409, values: ['limit'] },
  comment_too_long: { status: 413, close: 4413, values: ['limit'] },
  too_many_versions: { status: 409, close: 4409, values: ['limit'] },
  versions_full: { status: 413, close: 4413, values: ['limit'] },
  too_many_revisions: { status: 409, close: 4409, values: ['limit'] },
  revisions_full: { status: 413, close: 4413, values: ['limit'] },
  thread_full_for_drafts: { status: 409, close: 4409, values: ['number'] },
  thread_full: { status: 413, close: 4413, values: ['limit'] },
  comments_full: { status: 413, close: 4413, values: ['limit'] },
  comment_too_large: { status: 413, close: 4413, values: ['limit'] },
  too_many_comments: { status: 409, close: 4409, values: ['limit'] },
  webhook_address: { status: 400, close: 4400 },
  too_many_webhooks: { status: 409, close: 4409, values: ['limit'] },
  unsubscribe_invalid: { status: 404, close: 4404 },
  comment_empty: { status: 400, close: 4400 },
  comment_invalid: { status: 400, close: 4400 },
  comment_withdrawn: { status: 409, close: 4409 },
  mention_unknown: { status: 400, close: 4400 },
  point_unknown: { status: 400, close: 4400 },
  picture_unknown: { status: 400, close: 4400 },
  review_empty: { status: 400, close: 4400 },
  id_taken: { status: 409, close: 4409 },
  settle_not_yours: { status: 403, close: 4403 },
  severity_not_yours: { status: 403, close: 4403 },
  reason_required: { status: 400, close: 4400 },
  thread_closed: { status: 409, close: 4409 },
  proposal_accepted: { status: 409, close: 4409 },
  name_taken: { status: 409, close: 4409 },
  revision_open: { status: 409, close: 4409 },
  revision_closed: { status: 409, close: 4409 },
  text_lossy: { status: 409, close: 4409, values: ['title', 'block', 'heading', 'quote'] },
  proposal_unwritten: { status: 409, close: 4409, values: ['count', 'number'] },
  /** Whether accepted proposals were written could not be found out just now. */
  proposal_unchecked: { status: 503, close: 4503, passes: true, values: ['count', 'number'] },
  /** The trail tells of a revision that is not there any more; nothing takes its place. */
  revision_missing: { status: 409, close: 4409, values: ['letter'] },
  revision_broken: { status: 409, close: 4409 },
  /** The stored package could not be held against its proofs just now. */
  package_unchecked: { status: 503, close: 4503, passes: true, values: ['letter'] },
  revision_sealing: { status: 409, close: 4409 },
  revision_unsigned: { status: 409, close: 4409 },
  revision_empty: { status: 409, close: 4409 },
  /** `pages`, `limit`: so many there are, and are printed at once; `title`: the largest document. */
  texts_too_large: { status: 422, close: 4422, values: ['pages', 'limit', 'title'] },
  too_many_hidden: { status: 422, close: 4422, values: ['count', 'limit', 'title'] },
  /** `size`, `limit`: MB of all pictures of the texts, and as many as a revision holds; `title`: the text with the most. */
  pictures_too_large: { status: 422, close: 4422, values: ['size', 'limit', 'title'] },
  unprintable: { status: 422, close: 4422, values: ['place'] },
  must_open: { status: 409, close: 4409, values: ['count'] },
  already_signed: { status: 409, close: 4409 },
  other_side_signed: { status: 409, close: 4409 },
  side_signed: { status: 409, close: 4409 },
  /** `name`: who signed, and may not sign for that side any more. */
  signature_lapsed: { status: 409, close: 4409, values: ['name'] },
  too_many_documents: { status: 409, close: 4409, values: ['limit'] },
  trail_broken: { status: 409, close: 4409 },
  trail_full: { status: 409, close: 4409, values: ['limit'] },
  /** In more than `limit` places, of what somebody asks for who was away. */
  too_much_removed: { status: 422, close: 4422, values: ['limit'] },
  history_full: { status: 507, close: 4508, passes: true },
  too_many_bytes: { status: 429, close: 4529, passes: true },
  // converting
  conversion_failed: { status: 422, close: 4422 },
  conversion_too_long: { status: 422, close: 4422 },
  conversion_too_large: { status: 422, close: 4422 },
  too_many_conversions: { status: 429, close: 4429, passes: true },
  converters_busy: { status: 503, close: 4429, passes: true },
  // the house
  storage_full: { status: 507, close: 4507, passes: true },
  storage_failed: { status: 503, close: 4503, passes: true },
  /** Somebody else's act on the same thing did not come to its end in time. */
  being_changed: { status: 503, close: 4503, passes: true, values: ['seconds'] },
  /** `storage_failed` of whoever only asked for something. */
  storage_unreadable: { status: 503, close: 4503, passes: true },
  /** Whatever failed did so behind the commit: asked for once more it would be done twice. */
  done_unread: { status: 500, close: 1011 },
  /** The database was lost within the commit: what creates under an id of the client's own may be sent again. */
  done_unknown: { status: 503, close: 4503, passes: true },
  internal: { status: 500, close: 1011, passes: true },
} as const satisfies Record<
  string,
  { status: number; close: number; passes?: true; values?: readonly string[] }
>

export type ErrorCode = keyof typeof errors

/** True for a refusal that ends by itself; false also for a code that this version does not know. */
export const isPassing = (code: string): boolean =>
  Object.hasOwn(errors, code) && 'passes' in errors[code as ErrorCode]

/** The params that the words for a code name, and that a refusal with this code must come with. */
export function valuesOf(code: ErrorCode): readonly string[] {
  const row = errors[code]
  return 'values' in row ? row.values : []
}

/** Values that a message in the locales may name, such as `{limit: 25}` with its unit in the text. */
export type ErrorParams = Record<string, string | number>

/** An expected failure. Thrown anywhere on the server; becomes an HTTP reply or a close frame by the table above. */
export class Refusal extends Error {
  readonly code: ErrorCode
  readonly params: ErrorParams

  constructor(code: ErrorCode, params: ErrorParams = {}) {
    super(code)
    this.name = 'Refusal'
    this.code = code
    this.params = params
  }
}
