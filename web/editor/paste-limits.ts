import type { Fragment, Node } from '@tiptap/pm/model'
import type { ErrorCode, ErrorParams } from '../../shared/errors.ts'
import { TextRuns } from '../../shared/document/text-runs.ts'
import { defaultLimits } from '../../shared/limits.ts'

/** What an element costs in an update beside its text, in bytes: its name, its place and its ids. */
const elementBytes = 20

/**
 * Why the server would not take what is about to be pasted; null when nothing speaks against it. Told before it is put
 * in: laying out what is too much freezes the page for minutes.
 */
export function refusalOfPaste(content: Fragment): { code: ErrorCode; params: ErrorParams } | null {
  let [bytes, elements, heaviest] = [0, 0, 0]
  const runs = new TextRuns()
  const note = () => {
    heaviest = Math.max(heaviest, runs.open, runs.closed ?? 0, runs.inner)
  }
  content.descendants((node: Node) => {
    if (node.isText) {
      bytes += utf8Length(node.text!)
      runs.add(node.text!)
      note()
      return
    }
    bytes += elementBytes + JSON.stringify(node.attrs).length
    elements++
    runs.end()
  })
  const { updateBytes, elementsPerDocument, runCharacters } = defaultLimits
  if (heaviest > runCharacters) return { code: 'text_run_too_long', params: {} }
  if (elements > elementsPerDocument)
    return { code: 'too_many_elements', params: { limit: elementsPerDocument } }
  if (bytes > updateBytes) return { code: 'update_too_large', params: { limit: updateBytes } }
  return null
}

/** Without making the bytes. */
function utf8Length(text: string): number {
  let length = text.length
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code > 0x7f) length += code > 0x7ff && (code < 0xd800 || code > 0xdfff) ? 2 : 1
  }
  return length
}
