import { Fragment, type ContentMatch, type Node, type NodeType } from '@tiptap/pm/model'
import * as Y from 'yjs'
import { schema } from '../../../shared/document/schema.ts'
import { nodeTypeOf } from '../../../shared/document/violations.ts'

export type Child = Y.XmlElement | Y.XmlText

/** An element that is made anew. */
export interface Made {
  type: NodeType
  attributes: Record<string, unknown>
  pieces: Piece[]
}

/** What an element shall hold: what is there, kept or copied to another place, and what is made. */
export type Piece = Child | Made

export interface Plan {
  pieces: Piece[]
  /** What cannot stand in this element at all: it comes behind it. */
  hoisted: Child[]
}

/** True when an element's children satisfy its type as they are. */
export function isSound(element: Y.XmlFragment, type: NodeType): boolean {
  let match = type.contentMatch
  for (const child of element.toArray()) {
    const childType = nodeTypeOf(child, schema)
    if (childType === undefined) return false
    if (childType === null) {
      if (!type.inlineContent) return false
      continue
    }
    const next = match.matchType(childType)
    if (!next) return false
    match = next
  }
  return match.validEnd
}

/**
 * The smallest change after which an element's children satisfy its type and no word is lost: what fits stays; where
 * something is missing it is filled in; what may stand in something that may stand here is wrapped in that, or
 * becomes it; what the schema does not have gives its place to what it holds; the rest comes behind the element.
 * All of it follows from the schema's content expressions.
 */
export function planChildren(element: Y.XmlFragment, type: NodeType): Plan {
  const pieces: Piece[] = []
  const hoisted: Child[] = []
  let match = type.contentMatch
  /** The wrapper that was made last, while what comes next may join it. */
  let open: { made: Made; match: ContentMatch } | null = null

  const place = (child: Child, childType: NodeType): void => {
    const next = match.matchType(childType)
    if (next) {
      pieces.push(child)
      match = next
      open = null
      return
    }
    const inner = open?.match.matchType(childType)
    if (open && inner) {
      open.made.pieces.push(child)
      open.match = inner
      return
    }
    const filled = match.fillBefore(Fragment.from(exampleOf(childType)))
    if (filled) {
      filled.forEach((node) => pieces.push(madeFrom(node)))
      match = match.matchFragment(filled)!.matchType(childType)!
      pieces.push(child)
      open = null
      return
    }
    const wrapping = match.findWrapping(childType)
    if (wrapping && wrapping.length > 0) {
      const innermost = wrapping.at(-1)!
      const made: Made = { type: innermost, attributes: {}, pieces: [child] }
      pieces.push(wrapping.slice(0, -1).reduceRight<Made>((held, outer) => wrap(outer, held), made))
      match = match.matchType(wrapping[0]!)!
      open = { made, match: innermost.contentMatch.matchType(childType)! }
      return
    }
    const other = child instanceof Y.XmlElement ? sameAs(child, childType, match) : null
    if (other) {
      pieces.push(other)
      match = match.matchType(other.type)!
      open = null
    } else {
      hoisted.push(child)
    }
  }

  for (const child of flatten(element)) {
    const childType = nodeTypeOf(child, schema)
    if (childType) place(child, childType)
    else if (type.inlineContent) pieces.push(child)
  }
  match.fillBefore(Fragment.empty, true)?.forEach((node) => pieces.push(madeFrom(node)))
  return { pieces, hoisted }
}

/** An element as ProseMirror would write `node`. */
export function madeFrom(node: Node): Made {
  const pieces: Piece[] = []
  node.forEach((child) => pieces.push(madeFrom(child)))
  return { type: node.type, attributes: node.attrs, pieces }
}

const wrap = (type: NodeType, held: Made): Made => ({ type, attributes: {}, pieces: [held] })

const exampleOf = (type: NodeType): Node => (type.isText ? schema.text('x') : type.create())

/** Children, with what the schema does not have replaced by what it holds. */
function flatten(element: Y.XmlFragment): Child[] {
  return element.toArray().flatMap((child) => {
    const isKnown = nodeTypeOf(child, schema) !== undefined
    if (isKnown) return [child as Child]
    return child instanceof Y.XmlElement ? flatten(child) : []
  })
}

/** The element as another type that may stand here and hold the same, such as a list's item in a list of tasks. */
function sameAs(element: Y.XmlElement, type: NodeType, match: ContentMatch): Made | null {
  if (type.isLeaf) return null
  for (let edge = 0; edge < match.edgeCount; edge++) {
    const { type: other } = match.edge(edge)
    if (other.isLeaf || other.isText || other.isTextblock !== type.isTextblock) continue
    if (other.hasRequiredAttrs() || !isSound(element, other)) continue
    const attributes = Object.fromEntries(
      Object.entries(element.getAttributes()).filter(([name]) => Object.hasOwn(other.spec.attrs ?? {}, name)),
    )
    return { type: other, attributes, pieces: element.toArray() as Child[] }
  }
  return null
}
