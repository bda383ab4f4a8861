import type { JSONContent } from '@tiptap/core'
import { isSafeLink } from '../../../shared/document/safe-link.ts'

type Mark = NonNullable<JSONContent['marks']>[number]

/** Marks from the outside in; code is last, as nothing can be marked inside it. */
const order = [
  'link',
  'bold',
  'italic',
  'strike',
  'underline',
  'highlight',
  'subscript',
  'superscript',
  'code',
]

const signs: Record<string, { sign?: string; tag: string }> = {
  bold: { sign: '**', tag: 'strong' },
  italic: { sign: '*', tag: 'em' },
  strike: { sign: '~~', tag: 'del' },
  underline: { tag: 'u' },
  highlight: { tag: 'mark' },
  subscript: { tag: 'sub' },
  superscript: { tag: 'sup' },
}

/** Inline nodes as Markdown. Nothing that a person typed acts as Markdown or HTML. */
export function inlineMarkdown(nodes: JSONContent[], without: readonly string[] = []): string {
  let text = ''
  for (let at = 0; at < nodes.length;) {
    const mark = outermost(nodes[at]!, without)
    let end = at + 1
    if (!mark) {
      const written = leaf(nodes[at]!)
      // In front of a link's bracket it would make a picture of the link.
      text += nodes[end]?.marks?.some(({ type }) => type === 'link') ? written.replace(/!$/, '\\!') : written
    } else {
      const same = JSON.stringify(mark)
      while (end < nodes.length && JSON.stringify(outermost(nodes[end]!, without)) === same) end += 1
      text += wrapped(mark, nodes.slice(at, end), [...without, mark.type])
    }
    at = end
  }
  return text
}

const outermost = (node: JSONContent, without: readonly string[]): Mark | undefined =>
  order
    // A break or a formula among words that are code is none itself.
    .filter((type) => !without.includes(type) && (type !== 'code' || node.type === 'text'))
    .map((type) => node.marks?.find((mark) => mark.type === type))
    .find((mark) => mark !== undefined)

function wrapped(mark: Mark, nodes: JSONContent[], without: readonly string[]): string {
  if (mark.type === 'code') return codeSpan(nodes.map((node) => node.text ?? '').join(''))
  const inner = inlineMarkdown(nodes, without)
  if (mark.type === 'link') {
    const href: unknown = mark.attrs?.href
    return isSafeLink(href) ? `[${inner}](<${href.replace(/[<>\\\s]/g, encodeURIComponent)}>)` : inner
  }
  const { sign, tag } = signs[mark.type]!
  // A sign next to a space or to punctuation would not be read as emphasis (CommonMark 6.2), least of all in Chinese.
  const plain = /^[\p{L}\p{N}].*[\p{L}\p{N}]$|^[\p{L}\p{N}]$/su.test(inner)
  return sign && plain ? sign + inner + sign : `<${tag}>${inner}</${tag}>`
}

function leaf(node: JSONContent): string {
  if (node.type === 'hardBreak') return '\\\n'
  if (node.type === 'inlineMath') return inlineFormula(String(node.attrs?.latex ?? ''))
  return withIndent(onOneLine(node.text ?? ''))
}

/**
 * A formula in GitHub's form, whose words are code to who knows no mathematics: nothing in it is Markdown or HTML. One
 * with a sign that could end it is shown as its source, and so is an empty one.
 */
function inlineFormula(latex: string): string {
  const formula = latex.replace(/\s+/g, ' ').trim()
  return /[`$]|^$/.test(formula) ? `<code>${escapeMarkdown(formula)}</code>` : `$\`${formula}\`$`
}

/** CommonMark ends a line at a carriage return alone too: what follows it would leave its list, table or quote. */
const onOneLine = (text: string): string => text.replace(/\r\n?|\n/g, ' ')

/** A tab or spaces at the beginning would be left out by a reader of Markdown, or make code of a paragraph. */
function withIndent(text: string): string {
  const [indent] = /^(?: ?\t|  )[\t ]*|^/.exec(text)!
  const kept = indent.replace(/[\t ]/g, (sign) => `&#${sign.charCodeAt(0)};`)
  return kept + escapeMarkdown(text.slice(indent.length))
}

function codeSpan(text: string): string {
  const code = onOneLine(text)
  const fence = '`'.repeat(longestRun(code) + 1)
  const padded = /^`|`$|^ .* $/.test(code) ? ` ${code} ` : code
  return fence + padded + fence
}

/** The length of the longest run of backticks. */
export function longestRun(code: string): number {
  let longest = 0
  for (const { length } of code.match(/`+/g) ?? []) longest = Math.max(longest, length)
  return longest
}

/**
 * Plain text with every sign escaped that Markdown, GFM or HTML would read. White space before a sign is looked for
 * within its line only: a `\s` that runs over line ends would do so anew at each of them.
 */
export const escapeMarkdown = (text: string): string =>
  onOneLine(
    text
      .replace(/[\\`*_[\]<>~|$&]/g, '\\$&')
      // A bare address would take the backslash of the next sign, or the fence of the code behind it, into its link.
      .replace(/:(?=\/\/)|(?<=www)\./gi, '\\$&')
      .replace(/^([^\S\n\r\u2028\u2029]*)([+-]|#{1,6})(?=\s|$)/gm, '$1\\$2')
      .replace(/^([^\S\n\r\u2028\u2029]*)-(?=[-\t ]*$)/gm, '$1\\-')
      .replace(/^([^\S\n\r\u2028\u2029]*)(=+)(?=[^\S\n\r\u2028\u2029]*$)/gm, '$1\\$2')
      .replace(/^([^\S\n\r\u2028\u2029]*\d+)([.)])(?=\s|$)/gm, '$1\\$2'),
  )
