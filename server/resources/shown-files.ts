/** The SHA-256 of every picture that a content shows, each once. */
export function shownFiles(content: unknown, found = new Set<string>()): Set<string> {
  if (Array.isArray(content)) for (const node of content) shownFiles(node, found)
  else if (typeof content === 'object' && content !== null) {
    const { type, attrs, content: inner } = content as Record<string, unknown>
    const sha256 = (attrs as { sha256?: unknown } | undefined)?.sha256
    if (type === 'imageFile' && typeof sha256 === 'string') found.add(sha256)
    shownFiles(inner, found)
  }
  return found
}
