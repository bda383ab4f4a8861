import { isDeepStrictEqual } from 'node:util'
import type { Attrs, Node } from '@tiptap/pm/model'
import { initProseMirrorDoc, updateYFragment } from '@tiptap/y-tiptap'
import * as Y from 'yjs'
import { alignBlocks } from '../../shared/document/align-blocks.ts'
import { readKept } from '../../shared/document/kept-content.ts'
import { schema } from '../../shared/document/schema.ts'
import { serverClient } from '../../shared/document/server-client.ts'
import { textField } from '../../shared/document/text-field.ts'
import { convert } from '../conversions/convert.ts'
import { isObject, type Converter, type Requester, type Task } from '../conversions/task.ts'
import type { EditParts } from '../rooms/ports.ts'
import { asJson, keptContentOf, type CapturedContent } from './capture.ts'

/**
 * Makes the document's text that of `content` (JSON of the document schema) by the smallest change of blocks: one
 * that stands in both keeps its identity in Yjs, and with it every anchor and every cursor in it. Values that the
 * schema does not allow any more become defaults. Each block of the text is changed in a transaction of its own.
 */
export function replaceText(doc: Y.Doc, content: object): void {
  const fragment = doc.getXmlFragment(textField)
  const { doc: present, meta } = initProseMirrorDoc(fragment, schema)
  const wanted = readKept(schema, content)
  replaceBlocks(doc, fragment, present, wanted, meta)
}

export interface Replacement {
  /** True when nothing is to be replaced. */
  isSame: boolean
  /** The text that stands before, as it is kept. */
  present: Uint8Array
  /** The change. */
  parts: EditParts
  /** Everything that the change was computed from: it is exact while the document is in this state. */
  basis: Uint8Array
}

/** A state, and the text that it is to have, as JSON. */
interface Replacing {
  state: Uint8Array
  content: string
}

export const replaceTask: Task<Replacing, Replacement> = {
  name: 'replace text',
  kind: 'quick',
  isOutput: isObject,
}

/** `replacementFor` where it belongs: a deleted text leaves a short state, and what comes back may be long. */
export const convertReplacement = (
  converter: Converter,
  given: Replacing,
  by: Requester,
): Promise<Replacement> =>
  convert(converter, replaceTask, replacementFor, given, given.state.length + given.content.length, by)

/** Computes how a document in this state gets this text. */
export function replacementFor({ state, content: text }: Replacing): Replacement {
  const content = JSON.parse(text) as CapturedContent
  const doc = new Y.Doc()
  Y.applyUpdate(doc, state)
  const present = keptContentOf(doc)
  const isSame = isDeepStrictEqual(present, content)
  const basis = basisOf(doc)
  doc.clientID = serverClient(doc.clientID)
  const parts = gatherParts(doc)
  if (!isSame) {
    leaveMark(doc)
    replaceText(doc, content)
  }
  return { isSame, present: asJson(present), parts: { clientId: doc.clientID, updates: parts() }, basis }
}

/**
 * Editors empty their undo when something comes under the server's id, or an undo would reach behind a restore. One that
 * only takes away would bring nothing of its own: a block that is gone at once does.
 */
function leaveMark(doc: Y.Doc): void {
  const fragment = doc.getXmlFragment(textField)
  doc.transact(() => {
    fragment.insert(0, [new Y.XmlElement('paragraph')])
    fragment.delete(0)
  })
}

/**
 * About so much is put into a document at one go, in bytes of updates and deleted places: some five pages, which take
 * 10 ms with all that is checked of them.
 */
const partSize = 16_384

/** Gathers what transactions change from now on into parts, as updates. */
function gatherParts(doc: Y.Doc): () => Uint8Array[] {
  const parts: Uint8Array[] = []
  let gathered: Uint8Array[] = []
  let size = 0
  const end = () => {
    if (gathered.length > 0) parts.push(Y.mergeUpdates(gathered))
    gathered = []
    size = 0
  }
  doc.on('update', (update: Uint8Array, _origin: unknown, _doc: Y.Doc, { deleteSet }: Y.Transaction) => {
    gathered.push(update)
    size += update.length
    for (const ranges of deleteSet.clients.values()) for (const { len } of ranges) size += len
    if (size >= partSize) end()
  })
  return () => (end(), parts)
}

/**
 * What was written in a document since it was in the state that a replacement was computed from, as an update; null where
 * that is nothing. Costs a walk over all that was ever in it, and what was written.
 */
export function writtenSince(doc: Y.Doc, basis: Uint8Array): Uint8Array | null {
  const vector = Y.encodeStateVector(Y.decodeSnapshot(basis).sv)
  const isSame = Buffer.compare(Y.encodeStateVector(doc), vector) === 0
  if (isSame && Buffer.compare(basisOf(doc), basis) === 0) return null
  return Y.encodeStateAsUpdate(doc, vector)
}

/** A document's clocks and deletions. */
const basisOf = (doc: Y.Doc): Uint8Array => Y.encodeSnapshot(Y.snapshot(doc))

type Meta = ReturnType<typeof initProseMirrorDoc>['meta']

function replaceBlocks(doc: Y.Doc, parent: Y.XmlFragment, present: Node, wanted: Node, meta: Meta): void {
  const before = present.children
  const after = wanted.children
  let at = 0
  for (const { old, next } of alignBlocks(before, after)) {
    doc.transact(() => {
      if (old === null) insertBlock(doc, parent, at++, after[next]!, meta)
      else if (next === null) parent.delete(at)
      else changeBlock(doc, parent.get(at++) as Y.XmlElement, before[old]!, after[next]!, meta)
    })
  }
}

function changeBlock(doc: Y.Doc, element: Y.XmlElement, present: Node, wanted: Node, meta: Meta): void {
  if (present.eq(wanted)) return
  if (wanted.isTextblock || wanted.isLeaf) updateYFragment(doc, element, wanted, meta)
  else {
    setAttributes(element, wanted.attrs)
    replaceBlocks(doc, element, present, wanted, meta)
  }
}

function insertBlock(doc: Y.Doc, parent: Y.XmlFragment, at: number, wanted: Node, meta: Meta): void {
  const element = new Y.XmlElement(wanted.type.name)
  parent.insert(at, [element])
  updateYFragment(doc, element, wanted, meta)
}

function setAttributes(element: Y.XmlElement, attrs: Attrs): void {
  const present: Record<string, unknown> = element.getAttributes()
  for (const [name, value] of Object.entries(attrs)) {
    if (value === null) element.removeAttribute(name)
    // Yjs keeps any JSON here; its type says string
    else if (JSON.stringify(present[name]) !== JSON.stringify(value))
      element.setAttribute(name, value as string)
  }
}
