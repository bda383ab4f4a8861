import { Fragment, Mark, Node, type Attrs, type MarkType, type NodeType, type Schema } from '@tiptap/pm/model'

/**
 * Reads JSON of the document schema that was kept by an earlier version: a frozen text, a version, a proposal.
 * ProseMirror's own reading throws on values that were good when they were kept; this loses no words. An attribute
 * that the schema does not allow (any more) gets its default, as the repair of a room does it, and a mark that has no
 * good default goes. What the schema has no node for is replaced by what stands in it.
 */
export function readKept(schema: Schema, content: unknown): Node {
  const nodes = isObject(content) ? readNode(schema, content) : []
  return nodes.length === 1 && nodes[0]!.type === schema.topNodeType
    ? nodes[0]!
    : schema.topNodeType.create(null, nodes)
}

/** As `readKept`, for a list of nodes. */
export const readKeptList = (schema: Schema, nodes: unknown): Fragment =>
  Fragment.fromArray(listOf(nodes).flatMap((node) => readNode(schema, node)))

type Json = Record<string, unknown>

function readNode(schema: Schema, json: Json): Node[] {
  const marks = Mark.setFrom(listOf(json.marks).flatMap((mark) => readMark(schema, mark)))
  if (json.type === 'text') {
    return typeof json.text === 'string' && json.text !== '' ? [schema.text(json.text, marks)] : []
  }
  const type = Object.hasOwn(schema.nodes, String(json.type)) ? schema.nodes[String(json.type)] : undefined
  const children = listOf(json.content).flatMap((child) => readNode(schema, child))
  if (!type) return children
  return [type.create(validAttributes(type, json.attrs), type.isLeaf ? null : children, marks)]
}

function readMark(schema: Schema, json: Json): Mark[] {
  const type = Object.hasOwn(schema.marks, String(json.type)) ? schema.marks[String(json.type)] : undefined
  if (!type) return []
  const attributes = validAttributes(type, json.attrs)
  return areValid(type, attributes) ? [type.create(attributes)] : []
}

function validAttributes(type: NodeType | MarkType, attrs: unknown): Attrs {
  const stored = isObject(attrs) ? attrs : {}
  const valid: Record<string, unknown> = {}
  for (const [name, spec] of Object.entries(type.spec.attrs ?? {})) {
    const value = stored[name]
    // left out, its default stands, which is not asked whether it is valid
    if (value !== undefined && isValid(spec, value)) valid[name] = value
  }
  return valid
}

const areValid = (type: MarkType, attributes: Attrs): boolean =>
  Object.entries(type.spec.attrs ?? {}).every(
    ([name, spec]) => Object.hasOwn(attributes, name) || isValid(spec, spec.default ?? null),
  )

function isValid({ validate }: { validate?: string | ((value: unknown) => void) }, value: unknown): boolean {
  if (typeof validate !== 'function') return true
  try {
    validate(value)
    return true
  } catch {
    return false
  }
}

const listOf = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isObject) : [])

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
