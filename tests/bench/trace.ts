import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import * as Y from 'yjs'
import type { Content } from './subjects.ts'

interface Trace {
  startContent: string
  txns: { patches: [at: number, removed: number, inserted: string][] }[]
}

export interface TracedContent extends Content {
  /** What the trace is called, and how many edits it holds. */
  name: string
  edits: number
  text: string
}

/** Few enough that a server's limit on updates a second is not met. */
const mostUpdates = 200

const known = new URL('../../../shared/data/traces/automerge-paper.json.gz', import.meta.url).pathname

/**
 * A document as it was really typed, from a file of the json-joy / crdt-benchmarks format: `given`, or the one
 * beside the project when it is there; else one that is made up.
 */
export function readTrace(given?: string): TracedContent {
  const file = given ?? (existsSync(known) ? known : undefined)
  const trace = file ? parse(file) : invented()
  const doc = new Y.Doc()
  const text = new Y.XmlText()
  const block = new Y.XmlElement('paragraph')
  doc.getXmlFragment('default').insert(0, [block])
  block.insert(0, [text])
  text.insert(0, trace.startContent)
  const patches = trace.txns.flatMap((txn) => txn.patches)
  const updates: Uint8Array[] = []
  const step = Math.ceil(patches.length / (mostUpdates - 1))
  let vector = Y.encodeStateVector(new Y.Doc())
  for (let start = 0; start < patches.length; start += step) {
    for (const [at, removed, inserted] of patches.slice(start, start + step)) {
      if (removed > 0) text.delete(at, removed)
      if (inserted) text.insert(at, inserted)
    }
    updates.push(Y.encodeStateAsUpdate(doc, vector))
    vector = Y.encodeStateVector(doc)
  }
  const name = file ? file.replace(/^.*\//, '').replace('.json.gz', '') : 'invented'
  return { name, edits: patches.length, text: text.toString(), whole: Y.encodeStateAsUpdate(doc), updates }
}

function parse(file: string): Trace {
  const bytes = readFileSync(file)
  return JSON.parse((file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString()) as Trace
}

/** Somebody who types, now and then steps back to another place, and rubs out a tenth of it. */
function invented(): Trace {
  let seed = 7
  const random = (below: number) => (seed = (seed * 48_271) % 2_147_483_647) % below
  const patches: Trace['txns'][number]['patches'] = []
  let length = 0
  let at = 0
  for (let i = 0; i < 200_000; i++) {
    if (random(60) === 0) at = random(length + 1)
    if (random(10) === 0 && at > 0) {
      patches.push([--at, 1, ''])
      length--
    } else {
      patches.push([at++, 0, 'etaoin shrdlu'[random(13)]!])
      length++
    }
  }
  return { startContent: '', txns: [{ patches }] }
}
