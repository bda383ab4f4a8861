import { Fragment, type Attrs, type MarkType, type NodeType, type Schema } from '@tiptap/pm/model'
import * as Y from 'yjs'
import { markNameOf } from './mark-name.ts'
import { schema as documentSchema } from './schema.ts'

/** Why a part of a shared text is not, or not whole, in the document that the schema makes of it. */
export type ViolationReason =
  /** An element, a mark or a kind of content that the schema does not have. */
  | 'unknown'
  /** It may not stand where it stands. */
  | 'misplaced'
  /** Something that it must hold is missing. */
  | 'incomplete'
  /** An attribute or a mark has a value that the schema does not allow. */
  | 'bad_value'

/** A place of a shared text that does not become part of the document without loss. */
export interface Violation {
  reason: ViolationReason
  /** The element or text that it is about. */
  at: Y.XmlElement | Y.XmlText | Y.XmlFragment
  /** Which block of the document it stands in, from 1; 0 for a document without blocks. */
  block: number
  /** The words of the last heading before it, shortened; empty when there is none. */
  heading: string
  /** The words of its block, shortened; empty when it has none. */
  quote: string
}

/** Characters of a heading or quote that a violation tells. */
const quoteCharacters = 80

/**
 * Finds what does not convert: places whose words, formatting or structure the ProseMirror document would lack, or
 * hold in a form that the schema refuses. Empty: `yXmlFragmentToProseMirrorRootNode` gives a document that says all
 * that the fragment says. Looks only; costs one walk over the text.
 */
export function findViolations(fragment: Y.XmlFragment, schema: Schema = documentSchema): Violation[] {
  const found: Violation[] = []
  let block = 0
  let heading = ''
  const blocks = fragment.toArray()
  const report = (reason: ViolationReason, at: Violation['at']) => {
    const quote = block === 0 ? '' : shorten(wordsOf(blocks[block - 1]))
    found.push({ reason, at, block, heading, quote })
  }
  const walk = (parent: Y.XmlFragment, type: NodeType) => {
    let match = type.contentMatch
    for (const child of parent.toArray()) {
      if (parent === fragment) block++
      const childType = nodeTypeOf(child, schema)
      if (childType === undefined) {
        report('unknown', child as Y.XmlElement)
        continue
      }
      if (childType !== null) {
        const next = match.matchType(childType)
        if (next) match = next
        else report('misplaced', child as Y.XmlElement)
      }
      if (child instanceof Y.XmlText) {
        const reason = checkText(child, type, schema)
        if (reason) report(reason, child)
      } else if (child instanceof Y.XmlElement) {
        if (!hasGoodAttributes(child, childType!)) report('bad_value', child)
        walk(child, childType!)
        if (parent === fragment && child.nodeName === 'heading') heading = shorten(wordsOf(child))
      }
    }
    if (!match.validEnd) report('incomplete', parent)
  }
  walk(fragment, schema.topNodeType)
  return found
}

/**
 * The node type that a child of an element becomes: null for a text without characters, which becomes nothing;
 * undefined for what the schema does not have.
 */
export function nodeTypeOf(child: unknown, schema: Schema): NodeType | null | undefined {
  if (child instanceof Y.XmlText) return child.length === 0 ? null : schema.nodes.text!
  if (!(child instanceof Y.XmlElement)) return undefined
  const type = Object.hasOwn(schema.nodes, child.nodeName) ? schema.nodes[child.nodeName] : undefined
  return type === schema.topNodeType || type?.isText ? undefined : type
}

/** True when the schema takes all attributes of an element as they are. */
function hasGoodAttributes(element: Y.XmlElement, type: NodeType): boolean {
  return areGoodAttributes(element.getAttributes(), type)
}

/** True when the schema has these attributes of a node type, and takes them as they are. */
function areGoodAttributes(attributes: Attrs, type: NodeType): boolean {
  if (Object.entries(attributes).every(([name, value]) => goodValues.get(type)?.get(name)?.has(value)))
    return true
  // ProseMirror overlooks those that it does not know
  if (!areKnown(attributes, type)) return false
  const isGood = passes(() => type.create(attributes, contentOf(type)).check())
  if (isGood) for (const [name, value] of Object.entries(attributes)) remember(type, name, value)
  return isGood
}

/** Values that were found good: the same few stand on most elements, and asking ProseMirror takes long. */
const goodValues = new WeakMap<NodeType, Map<string, Set<unknown>>>()
const mostRemembered = 100

function remember(type: NodeType, name: string, value: unknown): void {
  if (typeof value === 'object' && value !== null) return
  if (typeof value === 'string' && value.length > 100) return
  const ofType = goodValues.get(type) ?? new Map<string, Set<unknown>>()
  goodValues.set(type, ofType)
  const values = ofType.get(name) ?? new Set()
  if (ofType.size < mostRemembered) ofType.set(name, values)
  if (values.size < mostRemembered) values.add(value)
}

/** The least that a node of a type must hold, so that a check of such a node speaks of its attributes alone. */
const contents = new WeakMap<NodeType, Fragment>()
function contentOf(type: NodeType): Fragment {
  const known = contents.get(type)
  if (known) return known
  const content = type.contentMatch.fillBefore(Fragment.empty, true) ?? Fragment.empty
  contents.set(type, content)
  return content
}

function checkText(text: Y.XmlText, parent: NodeType, schema: Schema): ViolationReason | null {
  for (const { insert, attributes = {} } of text.toDelta() as Delta) {
    if (typeof insert !== 'string') return 'unknown'
    for (const [attribute, value] of Object.entries(attributes)) {
      const name = markNameOf(attribute)
      const mark = Object.hasOwn(schema.marks, name) ? schema.marks[name] : undefined
      if (!mark) return 'unknown'
      if (!parent.allowsMarkType(mark)) return 'misplaced'
      if (!hasGoodValue(mark, value)) return 'bad_value'
    }
  }
  return null
}

type Delta = { insert: unknown; attributes?: Record<string, unknown> }[]

/** True when the schema takes what a formatting attribute says as it is. */
export const hasGoodValue = (mark: MarkType, value: unknown): boolean =>
  areKnown(asAttributes(value), mark) &&
  passes(() => mark.schema.text('x', [mark.create(asAttributes(value))]).check())

const areKnown = (attributes: Attrs, type: NodeType | MarkType): boolean =>
  Object.keys(attributes).every((name) => Object.hasOwn(type.spec.attrs ?? {}, name))

const asAttributes = (value: unknown): Attrs => (typeof value === 'object' && value !== null ? value : {})

function passes(check: () => void): boolean {
  try {
    check()
    return true
  } catch {
    return false
  }
}

/** The words below a type, blocks apart by a space. */
function wordsOf(type: unknown): string {
  if (type instanceof Y.XmlText) {
    return (type.toDelta() as Delta).map(({ insert }) => (typeof insert === 'string' ? insert : '')).join('')
  }
  if (!(type instanceof Y.XmlFragment)) return ''
  return type.toArray().reduce<string>((words, child) => {
    const own = wordsOf(child)
    const isApart = child instanceof Y.XmlElement && words !== '' && own !== ''
    return isApart ? `${words} ${own}` : words + own
  }, '')
}

function shorten(words: string): string {
  const short = words.replace(/\s+/g, ' ').trim()
  const characters = Array.from(short.slice(0, quoteCharacters * 2))
  return characters.length <= quoteCharacters
    ? characters.join('')
    : `${characters.slice(0, quoteCharacters - 1).join('')}…`
}
