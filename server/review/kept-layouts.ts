import * as Y from 'yjs'
import { textField } from '../../shared/document/text-field.ts'
import { layOutText, type TextLayout } from '../../shared/document/text-layout.ts'
import type { Rooms } from '../rooms/ports.ts'

/** A text that nobody asks for is let go after so long (ms): who raises points raises several, one after the other. */
const keptMs = 10_000

interface Kept {
  doc: Y.Doc
  bytes: Uint8Array
  layout: TextLayout
  ends: NodeJS.Timeout
}

/** Looks at a document's committed text as it is laid out. The layout is valid only while `look` runs. */
export type LookAt = <Seen>(documentId: string, look: (layout: TextLayout) => Seen) => Promise<Seen>

/**
 * Decoding a hundred pages with a long history holds up everybody for a good part of a second, so a text stays decoded
 * for some seconds: unchanged it costs a comparison of bytes, changed only what is new.
 */
export function keepLayouts(read: Rooms['read']): LookAt {
  const kept = new Map<string, Kept>()
  return async (documentId, look) => {
    const bytes = await read(documentId)
    const known = kept.get(documentId)
    clearTimeout(known?.ends)
    // put back below: a text that could not take a change is not to be trusted
    kept.delete(documentId)
    const isSame = known && Buffer.compare(known.bytes, bytes) === 0
    const { doc, layout } = isSame ? known : laidOut(bytes, known?.doc)
    const ends = setTimeout(() => kept.delete(documentId), keptMs).unref()
    kept.set(documentId, { doc, bytes, layout, ends })
    return look(layout)
  }
}

function laidOut(bytes: Uint8Array, known: Y.Doc | undefined): { doc: Y.Doc; layout: TextLayout } {
  const doc = known ?? new Y.Doc()
  Y.applyUpdate(doc, known ? Y.diffUpdate(bytes, Y.encodeStateVector(known)) : bytes)
  return { doc, layout: layOutText(doc.getXmlFragment(textField)) }
}
