import * as encoding from 'lib0/encoding'
import * as Y from 'yjs'
import { messageType, syncStep } from '../../../shared/wire/protocol.ts'
import type { SeededRandom } from '../seeded-random.ts'

/** A frame to try a room with, and what it was made from. */
export interface FuzzedFrame {
  kind: string
  bytes: Uint8Array
}

/** Numbers at which readers of variable-length integers break. */
const edges = [0, 1, 2, 5, 127, 128, 16_383, 1e6, 2 ** 27, 2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 53 - 1]

/**
 * Makes one frame. Half of them grow from what an honest client with `doc` would send, since bytes that are
 * nearly right reach further than noise.
 */
export function fuzzFrame(random: SeededRandom, doc: Y.Doc): FuzzedFrame {
  const [kind, make] = random.pick(makers)
  return { kind, bytes: make(random, doc) }
}

type Maker = (random: SeededRandom, doc: Y.Doc) => Uint8Array

const frame = (write: (encoder: encoding.Encoder) => void): Uint8Array => encoding.encode(write)

const syncFrame = (step: number, bytes: Uint8Array): Uint8Array =>
  frame((encoder) => {
    encoding.writeVarUint(encoder, messageType.sync)
    encoding.writeVarUint(encoder, step)
    encoding.writeVarUint8Array(encoder, bytes)
  })

const updateStep = (random: SeededRandom): number => random.pick([syncStep.step2, syncStep.update])

/** One to four random damages: a bit, a byte, a number, a cut, a repetition, a few bytes more. */
function damage(random: SeededRandom, honest: Uint8Array): Uint8Array {
  let bytes = [...honest]
  for (let left = 1 + random.below(4); left > 0; left--) {
    const at = random.below(bytes.length + 1)
    const what = random.below(6)
    if (what === 0 && at < bytes.length) bytes[at]! ^= 1 << random.below(8)
    else if (what === 1) bytes[at] = random.below(256)
    else if (what === 2) {
      const number = frame((encoder) => encoding.writeVarUint(encoder, random.pick(edges)))
      bytes.splice(at, random.below(3), ...number)
    } else if (what === 3) bytes = bytes.slice(0, at)
    else if (what === 4) bytes.splice(at, 0, ...bytes.slice(at, at + random.below(20)))
    else bytes.splice(at, 0, ...random.bytes(random.below(8)))
  }
  return Uint8Array.from(bytes)
}

/** What somebody who has this document types next, as an update. */
function honestUpdate(random: SeededRandom, doc: Y.Doc): Uint8Array {
  const copy = new Y.Doc()
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc))
  copy.clientID = 1 + random.below(2 ** 31)
  const root = copy.getXmlFragment('default')
  const before = Y.encodeStateVector(copy)
  copy.transact(() => {
    const block = new Y.XmlElement(random.pick(['paragraph', 'heading']))
    root.insert(random.below(root.length + 1), [block])
    block.insert(0, [new Y.XmlText('frame')])
    if (block.nodeName === 'heading') block.setAttribute('level', (1 + random.below(4)) as unknown as string)
    if (random.chance(0.3) && root.length > 1) root.delete(random.below(root.length), 1)
  })
  return Y.encodeStateAsUpdate(copy, before)
}

/** An update written field by field, each of them a number from the edges or a small one. */
function writtenUpdate(random: SeededRandom): Uint8Array {
  const number = () => (random.chance(0.25) ? random.pick(edges) : random.below(6))
  return frame((encoder) => {
    encoding.writeVarUint(encoder, random.chance(0.2) ? number() : 1)
    for (let clients = 1 + random.below(2); clients > 0; clients--) {
      encoding.writeVarUint(encoder, number())
      encoding.writeVarUint(encoder, number())
      encoding.writeVarUint(encoder, number())
      for (let structs = random.below(4); structs > 0; structs--) {
        encoding.writeUint8(encoder, random.below(256))
        for (let fields = random.below(5); fields > 0; fields--) encoding.writeVarUint(encoder, number())
        if (random.chance(0.5)) encoding.writeVarString(encoder, random.pick(['default', '__proto__', 'x']))
      }
    }
    for (let fields = random.below(6); fields > 0; fields--) encoding.writeVarUint(encoder, number())
  })
}

const hostileBlocks: ((doc: Y.Doc) => void)[] = [
  (doc) => doc.getMap('default').set('__proto__', { polluted: true }),
  (doc) => doc.getArray('default').insert(0, [1]),
  (doc) => doc.getText('default').insert(0, 'x'),
  (doc) => doc.getXmlFragment('elsewhere').insert(0, [new Y.XmlElement('paragraph')]),
  (doc) => doc.getXmlFragment('default').insert(0, [new Y.XmlHook('hook') as unknown as Y.XmlElement]),
  (doc) => doc.getMap('default').set('inner', new Y.Doc()),
  (doc) => {
    let parent: Y.XmlFragment = doc.getXmlFragment('default')
    for (let depth = 0; depth < 400; depth++) {
      const block = new Y.XmlElement('blockquote')
      parent.insert(0, [block])
      parent = block
    }
  },
]

function awarenessFrame(random: SeededRandom): Uint8Array {
  const update = frame((encoder) => {
    const count = random.chance(0.1) ? random.pick(edges) : random.below(4)
    encoding.writeVarUint(encoder, count)
    for (let entry = 0; entry < Math.min(count, 3); entry++) {
      encoding.writeVarUint(encoder, random.chance(0.2) ? random.pick(edges) : random.below(9))
      encoding.writeVarUint(encoder, random.chance(0.2) ? random.pick(edges) : random.below(9))
      encoding.writeVarString(
        encoder,
        random.pick(['null', '{}', '{"user":{"name":"forged"}}', '[]', '5', '{"a":', '"x"', '']),
      )
    }
  })
  return frame((encoder) => {
    encoding.writeVarUint(encoder, messageType.awareness)
    encoding.writeVarUint8Array(encoder, random.chance(0.3) ? damage(random, update) : update)
  })
}

const makers: readonly (readonly [string, Maker])[] = [
  ['noise', (random) => random.bytes(random.below(64))],
  [
    'noise after an opcode',
    (random) => Uint8Array.of(random.pick([0, 1, 2, 3, 100, 101, 102]), ...random.bytes(random.below(40))),
  ],
  ['honest update', (random, doc) => syncFrame(updateStep(random), honestUpdate(random, doc))],
  [
    'damaged update',
    (random, doc) => syncFrame(updateStep(random), damage(random, honestUpdate(random, doc))),
  ],
  [
    'damaged whole text',
    (random, doc) => syncFrame(updateStep(random), damage(random, Y.encodeStateAsUpdate(doc))),
  ],
  [
    'damaged frame',
    (random, doc) => damage(random, syncFrame(updateStep(random), honestUpdate(random, doc))),
  ],
  ['written update', (random) => syncFrame(updateStep(random), writtenUpdate(random))],
  [
    'hostile update',
    (random) => {
      const doc = new Y.Doc()
      random.pick(hostileBlocks)(doc)
      return syncFrame(updateStep(random), Y.encodeStateAsUpdate(doc))
    },
  ],
  ['state vector', (random, doc) => syncFrame(syncStep.step1, damage(random, Y.encodeStateVector(doc)))],
  ['awareness', (random) => awarenessFrame(random)],
  ['query or ping', (random) => Uint8Array.of(random.pick([messageType.queryAwareness, messageType.ping]))],
]
