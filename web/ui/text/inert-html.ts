/** Elements whose content is no HTML. */
const raw = /^(?:script|style|textarea|title|xmp|iframe|noembed|noframes)$/
/** Attributes that the content security policy refuses to have any effect, and complains of. */
const refused = /^(?:style|on.*)$/i
const begins = /<(?:!--|([a-z][^\s/>]*))/gi
const attribute = /([\s/]*)([^\s/>][^\s/>=]*)\s*(=?)\s*/y
const value = /[^\s>]*/y

/**
 * HTML that is parsed without a complaint of the content security policy, which is asked of every document that a page
 * makes, also of one that is only read: each `style` and what listens is kept as data (`data-style`), style sheets go.
 */
export function inertHtml(html: string): string {
  let made = ''
  let from = 0
  begins.lastIndex = 0
  for (let found = begins.exec(html); found; found = begins.exec(html)) {
    const name = found[1]?.toLowerCase()
    let at = begins.lastIndex
    if (name === undefined) {
      at = html.indexOf('-->', at)
      if (at < 0) break
      begins.lastIndex = at
      continue
    }
    const renamed: number[] = []
    for (let one = matchAt(attribute, html, at); one; one = matchAt(attribute, html, at)) {
      const [whole, before, named, equals] = one as unknown as [string, string, string, string]
      if (refused.test(named)) renamed.push(at + before.length)
      at += whole.length
      if (equals) at = endOfValue(html, at)
    }
    if (name === 'style') {
      made += html.slice(from, found.index)
      from = at = endOfRaw(html, name, at)
    } else if (raw.test(name)) at = endOfRaw(html, name, at)
    for (const place of renamed) {
      if (place < from) continue
      made += `${html.slice(from, place)}data-`
      from = place
    }
    begins.lastIndex = at
  }
  return made + html.slice(from)
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at
  return pattern.exec(text)
}

function endOfValue(html: string, at: number): number {
  const quote = html[at]
  if (quote !== '"' && quote !== "'") return at + matchAt(value, html, at)![0].length
  const end = html.indexOf(quote, at + 1)
  // what has no end is dropped by whoever parses it
  return end < 0 ? html.length : end + 1
}

/** Behind the end tag of an element whose content is no HTML; without one, all that follows is such content. */
function endOfRaw(html: string, name: string, at: number): number {
  const end = matchAt(new RegExp(`</${name}[\\s/>]`, 'gi'), html, at)
  return (end && html.indexOf('>', end.index) + 1) || html.length
}
