import type { Node } from '@tiptap/pm/model'
import { yXmlFragmentToProseMirrorRootNode } from '@tiptap/y-tiptap'
import * as Y from 'yjs'
import { readKept } from '../../shared/document/kept-content.ts'
import { readText } from '../../shared/document/read-text.ts'
import { schema } from '../../shared/document/schema.ts'
import { textField } from '../../shared/document/text-field.ts'
import { findViolations, type Violation } from '../../shared/document/violations.ts'
import { convert } from '../conversions/convert.ts'
import { isBytes, type Converter, type Requester, type Task } from '../conversions/task.ts'
import { canonicalJson } from '../trail/canonical.ts'

/** A text as JSON of the document schema. */
export type CapturedContent = { type: 'doc'; [key: string]: unknown }

/** A document at one moment: its Yjs state, and the text that it holds. */
export interface Capture {
  state: Uint8Array
  content: CapturedContent
}

/** A text that the schema takes whole, or the places where it does not. */
export type ExactText = { root: Node; violations: [] } | { root: null; violations: Violation[] }

/** Reads a text that is to be frozen: what does not convert without loss is not converted, as it would be another text. */
export function exactText(fragment: Y.XmlFragment): ExactText {
  const violations = findViolations(fragment)
  if (violations.length > 0) return { root: null, violations }
  return { root: yXmlFragmentToProseMirrorRootNode(fragment, schema), violations: [] }
}

/** As plain data, which is what the database gives back and what JSON says of it. */
export const contentOf = (root: Node): CapturedContent =>
  JSON.parse(JSON.stringify(root.toJSON())) as CapturedContent

/** Reads a text to keep it: old or broken content is kept too, without losing a word. */
export const captureOf = (doc: Y.Doc): Capture => ({
  state: Y.encodeStateAsUpdate(doc),
  content: keptContentOf(doc),
})

/** The text of such a capture. */
export function keptContentOf(doc: Y.Doc): CapturedContent {
  const fragment = doc.getXmlFragment(textField)
  // y-tiptap leaves out what the schema does not take
  const exact =
    fragment.length === 0 ? yXmlFragmentToProseMirrorRootNode(fragment, schema) : exactText(fragment).root
  const root = exact ?? readKept(schema, readText(fragment, schema).toJSON())
  return contentOf(root)
}

/** A capture on its way to be kept: its text as UTF-8 of canonical JSON, which the thread that serves only passes on. */
export interface WrittenCapture {
  state: Uint8Array
  content: Uint8Array
}

export const written = ({ state, content }: Capture): WrittenCapture => ({ state, content: asJson(content) })

/** A text as it is kept. */
export const asJson = (content: CapturedContent): Uint8Array => Buffer.from(canonicalJson(content))

/** Reads the text that updates make, one put behind the other. */
export const captureTask: Task<readonly Uint8Array[], Uint8Array> = {
  name: 'capture',
  kind: 'quick',
  isOutput: isBytes,
}

/** Reads a committed state away from the thread that serves, unless it is short. */
export async function convertState(
  converter: Converter,
  state: Uint8Array,
  by: Requester,
): Promise<WrittenCapture> {
  const content = await convert(converter, captureTask, contentOfUpdates, [state], state.length, by)
  return { state, content }
}

/** The text that updates make, as it is kept. */
export function contentOfUpdates(updates: readonly Uint8Array[]): Uint8Array {
  const doc = new Y.Doc()
  for (const update of updates) Y.applyUpdate(doc, update)
  return asJson(keptContentOf(doc))
}
