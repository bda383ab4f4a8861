const longest = 200

/**
 * A file's name as it may be shown and stored: without folders, control characters and the marks that turn the
 * direction of text (a name could hide its ending behind them), at most 200 characters with its ending kept.
 */
export function cleanName(given: string): string {
  const base = given.split(/[/\\]/).at(-1) ?? ''
  const clean = [...base.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '').trim()]
  if (clean.length <= longest) return clean.join('') || 'image'
  const ending = clean.join('').match(/\.[^.]{1,10}$/)?.[0] ?? ''
  return clean.slice(0, longest - ending.length).join('') + ending
}

/** A Content-Disposition that no name can break out of (RFC 6266 with RFC 8187 encoding). */
export function disposition(name: string): string {
  const encoded = encodeURIComponent(name).replaceAll(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `inline; filename*=UTF-8''${encoded}`
}
