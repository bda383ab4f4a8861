import type { Attrs, ContentMatch, MarkType, NodeType, Schema } from '@tiptap/pm/model'
import { markNameOf } from './mark-name.ts'
import { schema as documentSchema } from './schema.ts'

/** The name under which a document itself holds its blocks. */
export const topElement = documentSchema.topNodeType.name

/** What one kind of element may hold and carry. Order and number of children are not rules of this kind. */
export interface ElementRule {
  /** Names of the elements that may ever stand in it. */
  children: ReadonlySet<string>
  holdsText: boolean
  /** True for a name and value that the element may carry; absent and `undefined` mean the default. */
  mayCarry(name: string, value: unknown): boolean
  /** True for a mark by the key and value under which y-tiptap keeps it in a text; null ends the mark. */
  mayMark(key: string, value: unknown): boolean
}

/** The rules of the one schema, by the name of the element that holds. Pure; made once. */
export const elementRules: ReadonlyMap<string, ElementRule> = rulesOf(documentSchema)

function rulesOf(schema: Schema): ReadonlyMap<string, ElementRule> {
  return new Map(
    Object.values(schema.nodes)
      .filter((type) => !type.isText)
      .map((type) => [type.name, ruleOf(type)]),
  )
}

function ruleOf(type: NodeType): ElementRule {
  const types = childTypes(type)
  const attributes = new Map(Object.entries(type.spec.attrs ?? {}))
  const marks = new Map(
    Object.values(type.schema.marks)
      .filter((mark) => type.allowsMarkType(mark))
      .map((mark) => [mark.name, mark]),
  )
  return {
    children: new Set(types.filter((child) => !child.isText).map((child) => child.name)),
    holdsText: types.some((child) => child.isText),
    mayCarry(name, value) {
      const attribute = attributes.get(name)
      return attribute !== undefined && (value === undefined || passes(attribute, value))
    },
    mayMark(key, value) {
      const mark = marks.get(key) ?? overlapping(marks, key)
      return mark !== undefined && (value === null || areAttributes(mark, value))
    },
  }
}

/** Every type that could occur anywhere in the content of `type`. */
function childTypes(type: NodeType): NodeType[] {
  const found = new Set<NodeType>()
  const seen = new Set<ContentMatch>()
  const left = [type.contentMatch]
  for (let match = left.pop(); match; match = left.pop()) {
    if (seen.has(match)) continue
    seen.add(match)
    for (let edge = 0; edge < match.edgeCount; edge++) {
      const { type: child, next } = match.edge(edge)
      found.add(child)
      left.push(next)
    }
  }
  return [...found]
}

/** A mark that may stand beside another of its kind, by a name with a hash behind it. */
function overlapping(marks: ReadonlyMap<string, MarkType>, key: string): MarkType | undefined {
  const mark = marks.get(markNameOf(key))
  return mark?.excludes(mark) ? undefined : mark
}

function areAttributes(mark: MarkType, value: unknown): boolean {
  if (!isPlainObject(value)) return false
  const specs = mark.spec.attrs ?? {}
  return (
    Object.keys(value).every((name) => Object.hasOwn(specs, name)) &&
    Object.entries(specs).every(([name, spec]) =>
      passes(spec, Object.hasOwn(value, name) ? value[name] : spec.default),
    )
  )
}

const isPlainObject = (value: unknown): value is Attrs =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function passes({ validate }: { validate?: string | ((value: unknown) => void) }, value: unknown): boolean {
  if (typeof validate !== 'function') return false
  try {
    validate(value)
    return true
  } catch {
    return false
  }
}
