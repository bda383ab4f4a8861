/** What a person types, as an address: a bare domain gets https, a bare mail address mailto. */
export function asAddress(typed: string): string {
  const text = typed.trim()
  if (/^[a-z][a-z0-9+.-]*:/i.test(text) && !/^[\w.-]+:\d/.test(text)) return text
  if (/^[^\s@/]+@[^\s@/]+$/.test(text)) return `mailto:${text}`
  return `https://${text.replace(/^\/+/, '')}`
}
