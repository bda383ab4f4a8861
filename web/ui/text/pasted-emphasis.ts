/** How words stand out, by the element that the schema reads it from. */
type Emphasis = 'strong' | 'em' | 'u' | 's' | 'sup' | 'sub'
type Look = Record<Emphasis, boolean>

const plain: Look = { strong: false, em: false, u: false, s: false, sup: false, sub: false }

const elements: Record<string, Emphasis> = {
  b: 'strong',
  strong: 'strong',
  i: 'em',
  em: 'em',
  u: 'u',
  ins: 'u',
  s: 's',
  strike: 's',
  del: 's',
  sup: 'sup',
  sub: 'sub',
}
const emphasising = Object.keys(elements).join(', ')

/** What is bold by its nature, and no emphasis in it. */
const boldByNature = /^(h[1-6]|th)$/

/** Where blanks between elements are no words. */
const structure = 'table, tbody, thead, tfoot, tr, ul, ol, dl, head, html'

/**
 * Makes each run of words stand out as its program showed it: what a style says (`data-style`) goes over what the
 * element is, both ways, and what is nearer over what is around it. Google Docs puts all it copies into a `<b>` whose
 * style says that it is not bold.
 */
export function settleEmphasis(page: Document): void {
  const looks = new Map<Element | null, Look>([[null, plain]])
  for (const element of page.querySelectorAll('*'))
    looks.set(element, lookOf(element, looks.get(element.parentElement) ?? plain))
  const runs: [Text, Look][] = []
  const walker = page.createTreeWalker(page.body, NodeFilter.SHOW_TEXT)
  for (let node = walker.nextNode() as Text | null; node; node = walker.nextNode() as Text | null) {
    const isBlank = node.data.trim() === '' && node.parentElement?.matches(structure)
    if (!isBlank) runs.push([node, looks.get(node.parentElement) ?? plain])
  }
  for (const element of page.querySelectorAll(emphasising)) element.replaceWith(...element.childNodes)
  for (const [run, look] of runs) {
    for (const name of Object.keys(look) as Emphasis[]) {
      if (!look[name]) continue
      const around = page.createElement(name)
      run.replaceWith(around)
      around.append(run)
    }
  }
}

function lookOf(element: Element, around: Look): Look {
  const style = element.getAttribute('data-style')
  const own = elements[element.localName]
  const isBoldByNature = boldByNature.test(element.localName)
  if (style === null && !own && !isBoldByNature) return around
  const look = { ...around, ...(own && { [own]: true }) }
  if (style !== null) styled(look, style, around)
  if (isBoldByNature) look.strong = false
  return look
}

const valueOf = (style: string, property: string): string =>
  new RegExp(`(?:^|;)\\s*${property}\\s*:\\s*([^;]*)`, 'i').exec(style)?.[1]?.toLowerCase() ?? ''

function styled(look: Look, style: string, around: Look): void {
  const weight = valueOf(style, 'font-weight')
  if (/^(bold|[6-9]00)/.test(weight)) look.strong = true
  else if (/^(normal|light|[1-5]00)/.test(weight)) look.strong = false
  const slant = valueOf(style, 'font-style')
  if (/^(italic|oblique)/.test(slant)) look.em = true
  else if (slant.startsWith('normal')) look.em = false
  // a line that is drawn around goes on through what says that it has none itself
  const line = valueOf(style, 'text-decoration(?:-line)?')
  if (line !== '' && !line.startsWith('inherit')) {
    look.u = around.u || line.includes('underline')
    look.s = around.s || line.includes('line-through')
  }
  const height = valueOf(style, 'vertical-align')
  if (/^(super|sub|baseline)/.test(height)) {
    look.sup = height.startsWith('super')
    look.sub = height.startsWith('sub')
  }
}
