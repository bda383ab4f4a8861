import * as Y from 'yjs'
import { textField } from '../../shared/document/text-field.ts'
import { isObject, type Task } from '../conversions/task.ts'

interface Input {
  state: Uint8Array
  /** Only these files; null: every one. */
  sha256s: readonly string[] | null
}

/** The pictures of a text by their files, each with the Yjs clients that named the file. */
export type NamedPictures = [sha256: string, clients: number[]][]

export const picturesTask: Task<Input, NamedPictures> = {
  name: 'pictures',
  kind: 'quick',
  isOutput: isObject,
}

/** Finds the pictures of a committed state, and which Yjs clients put them there. */
export function picturesIn({ state, sha256s }: Input): NamedPictures {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, state)
  const wanted = sha256s && new Set(sha256s)
  const found = new Map<string, Set<number>>()
  const walk = (parent: Y.XmlFragment | Y.XmlElement): void => {
    for (const child of parent.toArray()) {
      if (!(child instanceof Y.XmlElement)) continue
      const sha256 = child.nodeName === 'imageFile' ? child.getAttribute('sha256') : undefined
      const client = child._map.get('sha256')?.id.client
      if (typeof sha256 === 'string' && client !== undefined && (wanted?.has(sha256) ?? true)) {
        found.set(sha256, (found.get(sha256) ?? new Set()).add(client))
      }
      walk(child)
    }
  }
  walk(doc.getXmlFragment(textField))
  doc.destroy()
  return [...found].map(([sha256, clients]) => [sha256, [...clients]])
}
