/** Schemes a link may have. Everything else, `javascript:` and `data:` above all, is never rendered or exported. */
const safeSchemes = new Set(['http:', 'https:', 'mailto:', 'tel:'])

/** The longest address of a link: what browsers and mail programs open without trouble. */
export const linkCharacters = 2_000

/** True when `href` is an absolute address with a safe scheme, after control characters and white space are dropped as browsers do, and not longer than any real one. */
export function isSafeLink(href: unknown): href is string {
  if (typeof href !== 'string' || href.length > linkCharacters) return false
  // oxlint-disable-next-line no-control-regex -- browsers ignore exactly these when they read a scheme
  const bare = href.replace(/[\u0000-\u0020\u007f-\u009f]/g, '')
  const scheme = /^[a-z][a-z0-9+.-]*:/i.exec(bare)
  return scheme !== null && safeSchemes.has(scheme[0].toLowerCase())
}
