import { Fragment, Mark, Node, NodeType, type Schema } from '@tiptap/pm/model'

const made = new WeakMap<Schema, Map<string, NodeType>>()

/**
 * An element that the schema does not know, as a view shows it: an inert box that keeps its name, its attributes and
 * what stands in it, so that whoever compares the view with what is stored finds nothing to change.
 */
export function unknownNode(
  schema: Schema,
  name: string,
  isInline: boolean,
  attrs: Record<string, unknown>,
  children: readonly Node[],
): Node {
  const type = typeOf(schema, name, isInline)
  // `create` keeps only the attributes that a type declares
  return Reflect.construct(Node, [type, attrs, Fragment.fromArray([...children]), Mark.none]) as Node
}

function typeOf(schema: Schema, name: string, isInline: boolean): NodeType {
  const types = made.get(schema) ?? new Map<string, NodeType>()
  made.set(schema, types)
  const key = `${isInline ? 'inline' : 'block'} ${name}`
  const type = types.get(key) ?? newType(schema, name, isInline)
  types.set(key, type)
  return type
}

function newType(schema: Schema, name: string, isInline: boolean): NodeType {
  const spec = {
    inline: isInline,
    atom: true,
    selectable: false,
    draggable: false,
    isolating: true,
    toDOM: () => [isInline ? 'span' : 'div', { class: 'unknown-content', contenteditable: 'false' }] as const,
  }
  const type = Reflect.construct(NodeType, [name, schema, spec]) as NodeType & { isText: boolean }
  // as of a block with blocks: what stands in it counts as it does in the shared text
  const like = schema.topNodeType
  return Object.assign(type, {
    isText: false,
    isBlock: !isInline,
    contentMatch: like.contentMatch,
    inlineContent: false,
    markSet: null,
  })
}
