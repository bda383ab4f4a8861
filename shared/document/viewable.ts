import type { Attrs, Mark, MarkType, NodeType, Schema } from '@tiptap/pm/model'
import { markNameOf } from './mark-name.ts'

/** The longest attribute that is shown where the schema sets no bound, in UTF-16 units. */
const mostCharacters = 20_000

interface AttributeSpec {
  default?: unknown
  validate?: string | ((value: unknown) => void)
}

const specsOf = (type: NodeType | MarkType): [string, AttributeSpec][] =>
  Object.entries((type.spec.attrs ?? {}) as Record<string, AttributeSpec>)

/** By the schema's own check; what has none is shown as a word or a switch, as its default is. */
function canBeShown({ default: fallback, validate }: AttributeSpec, value: unknown): boolean {
  if (typeof validate !== 'function') {
    return typeof fallback === 'boolean'
      ? typeof value === 'boolean'
      : typeof value === 'string' && value.length <= mostCharacters
  }
  try {
    validate(value)
    return true
  } catch {
    return false
  }
}

/**
 * An element's or a mark's attributes as a view shows them: those that its type knows and allows; the others are left
 * out, so that their defaults stand. What is stored stays as it is.
 */
export function viewableAttributes(type: NodeType | MarkType, stored: Record<string, unknown>): Attrs {
  const shown: Record<string, unknown> = {}
  for (const [name, spec] of specsOf(type)) {
    if (Object.hasOwn(stored, name) && canBeShown(spec, stored[name])) shown[name] = stored[name]
  }
  // as many widths as columns, or none
  if (Array.isArray(shown.colwidth) && shown.colwidth.length !== (shown.colspan ?? 1)) delete shown.colwidth
  return shown
}

/** True when a mark is something with these attributes: a link to nowhere is none. */
const isWhole = (type: MarkType, shown: Attrs): boolean =>
  specsOf(type).every(
    ([name, spec]) =>
      Object.hasOwn(shown, name) || typeof spec.validate !== 'function' || canBeShown(spec, spec.default),
  )

/** The marks of a run of shared text that a view can show; others stay where they are, unseen. */
export function viewableMarks(schema: Schema, stored: Record<string, unknown> | undefined): Mark[] {
  const marks: Mark[] = []
  for (const [key, value] of Object.entries(stored ?? {})) {
    const type = schema.marks[markNameOf(key)]
    if (!type || typeof value !== 'object' || value === null) continue
    const shown = viewableAttributes(type, value as Record<string, unknown>)
    if (isWhole(type, shown)) marks.push(type.create(shown))
  }
  return marks
}
