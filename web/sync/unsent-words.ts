import * as Y from 'yjs'
import { schema } from '../../shared/document/schema.ts'
import { textField } from '../../shared/document/text-field.ts'

/** Attributes that are words of their own: a formula's, and what is said of a picture. */
const worded = ['latex', 'alt']
/** Stands between words of one block that are not next to each other. */
const gap = ' … '

/**
 * The words that stand in a document and are not in another that knows less, as the server's: what was written and is
 * there, a block a line, whatever other words of the block the other has.
 */
export function wordsBeyond(doc: Y.Doc, other: Y.Doc): string {
  const lines: string[] = []
  let line = ''
  /** True when something that the other has came after the last of `line`. */
  let isApart = false
  const put = (words: string) => {
    if (words === '') return
    line += line !== '' && isApart ? gap + words : words
    isApart = false
  }
  const end = () => {
    if (line.trim() !== '') lines.push(line)
    line = ''
    isApart = false
  }
  /** How much of an item the other has, in its own units. */
  const known = ({ id, length }: Y.Item) =>
    Math.min(length, Math.max(0, Y.getState(other.store, id.client) - id.clock))

  const read = (parent: Y.AbstractType<unknown>) => {
    for (let item = parent._start; item !== null; item = item.right) {
      if (item.deleted) continue
      const { content } = item
      if (content instanceof Y.ContentString) {
        const from = known(item)
        if (from > 0) isApart = true
        put(content.str.slice(from))
      } else if (content instanceof Y.ContentType) {
        const isBlock = content.type instanceof Y.XmlElement && !isInline(content.type)
        if (isBlock) end()
        for (const name of worded) {
          const said = content.type._map.get(name)
          if (said && !said.deleted && known(said) === 0) put(String(said.content.getContent()[0] ?? ''))
        }
        read(content.type as Y.AbstractType<unknown>)
        if (isBlock) end()
      }
    }
  }
  read(doc.getXmlFragment(textField) as Y.AbstractType<unknown>)
  end()
  return lines.join('\n')
}

const isInline = ({ nodeName }: Y.XmlElement): boolean =>
  Object.hasOwn(schema.nodes, nodeName) && schema.nodes[nodeName]!.isInline
