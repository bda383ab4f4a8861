import type { Attrs, Mark, MarkType, NodeType, Schema } from '@tiptap/pm/model'

/** The widest and highest that one cell is shown, in columns and rows: a view builds a place for each. */
const mostSpan = 1_000
/** The longest attribute that is shown, in UTF-16 units; a formula of a page is 4,000. */
const mostCharacters = 20_000

const within = (lowest: number, highest: number) => (value: unknown) =>
  Number.isInteger(value) && (value as number) >= lowest && (value as number) <= highest
const isText = (value: unknown) => typeof value === 'string' && value.length <= mostCharacters

/** What a view can show of attributes whose default says too little about them. */
const viewable: Record<string, (value: unknown) => boolean> = {
  level: within(1, 4),
  start: within(-999_999_999, 999_999_999),
  colspan: within(1, mostSpan),
  rowspan: within(1, mostSpan),
  width: within(1, 100_000),
  colwidth: (value) =>
    Array.isArray(value) &&
    value.length <= mostSpan &&
    value.every((width) => width === null || within(0, 100_000)(width)),
}

function canBeShown(name: string, value: unknown, fallback: unknown): boolean {
  if (Object.hasOwn(viewable, name)) return viewable[name]!(value)
  if (typeof fallback === 'boolean') return typeof value === 'boolean'
  return isText(value)
}

/**
 * An element's or a mark's attributes as a view shows them: those that its type knows, each with a value that can be
 * shown, else its default. What is stored stays as it is.
 */
export function viewableAttributes(type: NodeType | MarkType, stored: Record<string, unknown>): Attrs {
  const shown: Record<string, unknown> = {}
  for (const [name, { default: fallback = null }] of Object.entries(type.spec.attrs ?? {})) {
    const value = Object.hasOwn(stored, name) ? stored[name] : null
    shown[name] = canBeShown(name, value, fallback as unknown) ? value : fallback
  }
  // as many widths as columns, or none
  if (Array.isArray(shown.colwidth) && shown.colwidth.length !== shown.colspan) shown.colwidth = null
  return shown
}

/** y-tiptap keeps a mark that may stand beside its own kind under a name with a hash of its value. */
const hashed = /^(.*)--[a-zA-Z0-9+/=]{8}$/

/** The marks of a run of shared text that a view can show; others stay where they are, unseen. */
export function viewableMarks(schema: Schema, stored: Record<string, unknown> | undefined): Mark[] {
  const marks: Mark[] = []
  for (const [key, value] of Object.entries(stored ?? {})) {
    const type = schema.marks[hashed.exec(key)?.[1] ?? key]
    if (!type || typeof value !== 'object' || value === null) continue
    marks.push(type.create(viewableAttributes(type, value as Record<string, unknown>)))
  }
  return marks
}
