import * as Y from 'yjs'
import { schema } from '../../../shared/document/schema.ts'
import { textField } from '../../../shared/document/text-field.ts'

/** Attributes that are words of their own: a formula's, and what is said of a picture. */
const worded = ['latex', 'alt']
/** Stands between words of one block that are not next to each other. */
const gap = ' … '

/** Which words of a document are asked for. */
interface Asked {
  /** False: neither the item nor what is in it is looked at. */
  looksAt(item: Y.Item): boolean
  /** The part of an item's words that is asked for. */
  wordsOf(item: Y.Item, words: string): string
}

/**
 * The words that stand in a document and are not in another that knows less, as the server's: what was written and is
 * there, a block a line, whatever other words of the block the other has.
 */
export function wordsBeyond(doc: Y.Doc, other: Y.Doc): string {
  return linesOf(doc, {
    looksAt: ({ deleted }) => !deleted,
    wordsOf: ({ id }, words) => words.slice(Math.max(0, Y.getState(other.store, id.client) - id.clock)),
  })
}

/** The words that clients wrote, each from a clock on, and that stand in the document: a block a line. */
export function wordsSince(doc: Y.Doc, from: ReadonlyMap<number, number>): string {
  return linesOf(doc, {
    looksAt: ({ deleted }) => !deleted,
    wordsOf: ({ id }, words) => words.slice(Math.max(0, (from.get(id.client) ?? Infinity) - id.clock)),
  })
}

/**
 * The words that a change takes away, of those that `isAsked` names by the id of each: a block a line. To be asked
 * before Yjs lets go of them (`afterTransaction`).
 */
export function wordsTaken(
  { doc, deleteSet }: Y.Transaction,
  isAsked: (client: number, clock: number) => boolean,
): string {
  return linesOf(doc, {
    looksAt: () => true,
    wordsOf: ({ id, deleted }, words) =>
      deleted && Y.isDeleted(deleteSet, id)
        ? words
            .split('')
            .filter((_, at) => isAsked(id.client, id.clock + at))
            .join('')
        : '',
  })
}

function linesOf(doc: Y.Doc, { looksAt, wordsOf }: Asked): string {
  const lines: string[] = []
  let line = ''
  /** True when something that is not asked for came after the last of `line`. */
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
  const read = (parent: Y.AbstractType<unknown>) => {
    for (let item = parent._start; item !== null; item = item.right) {
      if (!looksAt(item)) continue
      const { content } = item
      if (content instanceof Y.ContentString) {
        const words = wordsOf(item, content.str)
        if (words.length < content.str.length) isApart = true
        put(words)
      } else if (content instanceof Y.ContentType) {
        const isBlock = content.type instanceof Y.XmlElement && !isInline(content.type)
        if (isBlock) end()
        for (const name of worded) {
          const said = content.type._map.get(name)
          // it counts as one in Yjs, and is asked for whole
          if (said && looksAt(said) && wordsOf(said, '-') !== '')
            put(String(said.content.getContent()[0] ?? ''))
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
