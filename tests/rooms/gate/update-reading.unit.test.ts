import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { checkUpdate } from '../../../server/rooms/gate/update-check.ts'
import { textField } from '../../../shared/document/text-field.ts'
import { Refusal } from '../../../shared/errors.ts'
import { defaultLimits } from '../../../shared/limits.ts'
import { seededRandom, type SeededRandom } from '../../helpers/seeded-random.ts'
import * as written from '../../helpers/rooms/written-update.ts'
import type { Block, Id, Where, WrittenStruct } from '../../helpers/rooms/written-update.ts'

/** Rule 2: what Yjs puts in of an update is what the gate looked at, whoever wrote the bytes. */

const [honest, sender] = [5, 777]
const root: Where = { parent: textField }

/** A paragraph of these words and a heading, each with a text; `ids` of what stands in it, by its name. */
function base(words = 'hello world'): {
  doc: Y.Doc
  ids: Record<'paragraph' | 'text' | 'word' | 'heading' | 'level' | 'title', Id>
} {
  const doc = new Y.Doc()
  doc.clientID = honest
  const paragraph = new Y.XmlElement('paragraph')
  const [text, title] = [new Y.XmlText(words), new Y.XmlText('Head')]
  const heading = new Y.XmlElement('heading')
  paragraph.insert(0, [text])
  heading.setAttribute('level', 2 as never)
  heading.insert(0, [title])
  doc.getXmlFragment(textField).insert(0, [paragraph, heading])
  const idOf = (item: Y.Item | null | undefined): Id => [item!.id.client, item!.id.clock]
  const ids = {
    paragraph: idOf(paragraph._item),
    text: idOf(text._item),
    word: idOf(text._start),
    heading: idOf(heading._item),
    level: idOf(heading._map.get('level')),
    title: idOf(title._start),
  }
  return { doc, ids }
}

/** What the gate lets through of an update. Throws its refusal. */
function takenOf(update: Uint8Array, doc: Y.Doc): Uint8Array | 'missing' {
  const checked = checkUpdate(update, {
    doc,
    owners: new Map([[honest, 'ada']]),
    userId: 'ada',
    limits: defaultLimits,
    conflicts: new WeakMap(),
    mayWork: () => true,
  })
  return 'missing' in checked ? 'missing' : checked.update
}

/** What the gate says: `taken`, `missing`, or the code of its refusal. */
function decide(update: Uint8Array, doc: Y.Doc): string {
  try {
    return takenOf(update, doc) === 'missing' ? 'missing' : 'taken'
  } catch (refusal) {
    if (refusal instanceof Refusal) return refusal.code
    throw refusal
  }
}

const block = (structs: WrittenStruct[], clock = 0, client = sender): Block => ({ client, clock, structs })
const paragraph = written.element('paragraph', root)
const { ids: known } = base()

/** `first`: what is in the document before, of the same sender. */
const refused: [what: string, blocks: Block[], first?: WrittenStruct[]][] = [
  [
    'a client twice, an element of no schema behind',
    [block([paragraph]), block([written.element('script', root)])],
  ],
  [
    'a client twice, an element of no schema in front',
    [block([written.element('script', root)]), block([paragraph])],
  ],
  ['a client twice, the other time with nothing', [block([paragraph]), block([])]],
  ['a client with nothing', [block([])]],
  ['an empty string in the root', [block([written.string('', root)])]],
  ['an empty string in another root', [block([written.string('', { parent: 'elsewhere' })])]],
  ['no values as an attribute', [block([written.values([], { parent: known.paragraph, key: 'onclick' })])]],
  ['nothing that was collected', [block([written.collected(0)])]],
  ['nothing that was deleted', [block([written.deleted(0, root)])]],
  ['an empty string at the end of another’s', [block([written.string('', root)], 30, honest)]],
  [
    'a string that says another place than its beginning',
    [block([written.string('xEVIL', { left: known.word })])],
    [paragraph],
  ],
  [
    'an attribute that says another element than its beginning',
    [block([written.values([1, 'EVIL'], { left: known.level })])],
    [written.values(['left'], { parent: known.paragraph, key: 'textAlign' })],
  ],
]

describe('what no encoder of Yjs writes is refused', () => {
  test.each(refused)('%s', (_what, blocks, first?) => {
    const { doc } = base()
    if (first) Y.applyUpdate(doc, written.writtenUpdate([block(first)]))
    expect(decide(written.writtenUpdate(blocks), doc)).toMatch(/^update_(malformed|refused)$/)
  })

  test('a deletion of nothing', () => {
    const { doc } = base()
    expect(decide(written.writtenUpdate([], [[honest, [[1, 0]]]]), doc)).toBe('update_malformed')
  })
})

describe('what is said again of what is there says nothing', () => {
  const half: Id = [known.word[0], known.word[1]]
  const again: [what: string, struct: WrittenStruct][] = [
    ['stands behind what is not there', written.element('paragraph', { left: [9, 9] })],
    ['hangs from another root', written.element('paragraph', { parent: 'elsewhere' })],
    ['is something else', written.element('script', root)],
    ['stands behind half a character', written.string('x', { left: half })],
    ['stands before half a character', written.string('x', { right: [half[0], half[1] + 1] })],
  ]
  test.each(again)('%s', (_what, struct) => {
    const { doc } = base('𠀀llo world')
    Y.applyUpdate(doc, written.writtenUpdate([block([paragraph])]))
    const before = Buffer.from(Y.encodeStateAsUpdate(doc))
    for (const structs of [[struct], [struct, paragraph]]) {
      Y.applyUpdate(doc, takenOf(written.writtenUpdate([block(structs)]), doc) as Uint8Array)
      expect([...doc.share.keys()]).toEqual([textField])
    }
    const wanted = new Y.Doc()
    Y.applyUpdate(wanted, before)
    Y.applyUpdate(wanted, written.writtenUpdate([block([paragraph], 1)]))
    expect(doc.getXmlFragment(textField).toString()).toBe(wanted.getXmlFragment(textField).toString())
  })
})

describe('an item that says to stand before what its left neighbour was written behind', () => {
  const word = written.string('abc', { left: [known.word[0], known.word[1] + 10] })
  const behind = (left: Id, right: Id) => written.format('bold', {}, { left, right })

  test.each([
    [1, 1],
    [2, 1],
    [2, 0],
  ])('letter %i and letter %i of one word', (left, right) => {
    const item = behind([sender, left], [sender, right])
    for (const first of [
      [word],
      [
        written.string('a', { left: [known.word[0], known.word[1] + 10] }),
        written.string('bc', { left: [sender, 0] }),
      ],
    ]) {
      const { doc } = base()
      expect(decide(written.writtenUpdate([block([...first, item])]), doc)).toBe('update_refused')
      Y.applyUpdate(doc, written.writtenUpdate([block(first)]))
      expect(decide(written.writtenUpdate([block([item], 3)]), doc)).toBe('update_refused')
    }
  })

  test('where an author wrote in front of their own words, it is none', () => {
    const { doc } = base()
    const front = written.string('x', { left: [known.word[0], known.word[1] + 10], right: [sender, 0] })
    Y.applyUpdate(doc, written.writtenUpdate([block([word, front])]))
    expect(decide(written.writtenUpdate([block([behind([sender, 3], [sender, 0])], 4)]), doc)).toBe('taken')
  })
})

describe('an item between what no editor ever saw side by side', () => {
  const { word, title, paragraph: first } = known
  const letter = (of: Id, at: number): Id => [of[0], of[1] + at]

  test.each<[string, Where, [number, [number, number][]][]?]>([
    ['two texts', { left: letter(word, 10), right: title }],
    ['two texts, of which one goes', { left: letter(word, 10), right: title }, [[honest, [[first[1], 1]]]]],
    ['backwards', { left: letter(word, 4), right: letter(word, 2) }],
    ['a letter and itself', { left: letter(word, 4), right: letter(word, 4) }],
    ['the beginning and a letter that never stood there', { right: letter(word, 3) }],
    [
      'a letter and one that was written behind a later one',
      { left: letter(word, 1), right: letter(word, 6) },
    ],
  ])('%s', (_what, where, deletions = []) => {
    const { doc } = base()
    expect(decide(written.writtenUpdate([block([written.string('x', where)])], deletions), doc)).toBe(
      'update_refused',
    )
  })
})

describe('what a client sends again, with more behind it, is taken', () => {
  /** A client that wrote `hel`, which the document has, and then `lo`: one item for Yjs. */
  function resent(before: (doc: Y.Doc) => void): { doc: Y.Doc; update: Uint8Array } {
    const { doc } = base()
    const client = new Y.Doc()
    client.clientID = sender
    Y.applyUpdate(client, Y.encodeStateAsUpdate(doc))
    const text = (client.getXmlFragment(textField).get(0) as Y.XmlElement).get(0) as Y.XmlText
    text.insert(3, 'hel')
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(client))
    before(doc)
    text.insert(6, 'lo')
    return { doc, update: Y.encodeStateAsUpdate(client) }
  }

  test('where its beginning stands', () => {
    const { doc, update } = resent(() => {})
    expect(decide(update, doc)).toBe('taken')
    Y.applyUpdate(doc, update)
    expect(doc.getXmlFragment(textField).toString()).toContain('helhello')
  })

  test.each([
    ['its beginning was deleted', (text: Y.XmlText) => text.delete(2, 3)],
    ['all around it was deleted', (text: Y.XmlText) => text.delete(0, text.length)],
    [
      'its paragraph was deleted and collected',
      (text: Y.XmlText) => text.doc!.getXmlFragment(textField).delete(0, 1),
    ],
  ])('where %s', (_what, remove) => {
    const { doc, update } = resent((other) =>
      remove((other.getXmlFragment(textField).get(0) as Y.XmlElement).get(0) as Y.XmlText),
    )
    expect(decide(update, doc)).toBe('taken')
    Y.applyUpdate(doc, update)
    expect(doc.store.pendingStructs).toBeNull()
  })
})

const updates = Number(process.env.FUZZ_UPDATES ?? 5_000)
const seed = Number(process.env.FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 32))

test(`of ${updates} updates by hand, those taken are the same text for all who read them (FUZZ_SEED=${seed})`, () => {
  let taken = 0
  for (let at = 0; at < updates; at++) {
    const random = seededRandom(seed + at)
    const { doc, ids } = base('𠀀llo world')
    const own = firstOwn(random, ids)
    if (own) Y.applyUpdate(doc, written.writtenUpdate([block(own)]))
    const update = randomUpdate(random, Object.values(ids))
    const before = Y.encodeStateAsUpdate(doc)
    if (decide(update, doc) !== 'taken') continue
    const through = takenOf(update, doc) as Uint8Array
    taken++
    const again = `FUZZ_UPDATES=1 FUZZ_SEED=${seed + at} finds this again`
    const [peer, canonical] = [before, before].map((state) => {
      const copy = new Y.Doc()
      Y.applyUpdate(copy, state)
      return copy
    }) as [Y.Doc, Y.Doc]
    doc.on('update', (told: Uint8Array) => Y.applyUpdate(peer, told))
    // struct by struct, as the gate reads it
    Y.applyUpdate(canonical, Y.diffUpdate(update, Y.encodeStateVector(doc)))
    try {
      Y.applyUpdate(doc, through)
    } catch {
      // the room reads the document anew and refuses the sender
      continue
    }
    expect(doc.store.pendingStructs, again).toBeNull()
    const stored = new Y.Doc()
    Y.applyUpdate(stored, Y.encodeStateAsUpdate(doc))
    const shown = [doc, peer, canonical, stored].map((one) => one.getXmlFragment(textField).toString())
    expect(new Set(shown).size, `${again}: ${shown.join('\n')}`).toBe(1)
    expect([...doc.share.keys()], again).toEqual([textField])
  }
  expect(taken).toBeGreaterThan(updates / 50)
}, 600_000)

function firstOwn(random: SeededRandom, ids: ReturnType<typeof base>['ids']): WrittenStruct[] | null {
  if (random.chance(0.3)) return null
  return random.pick([
    [paragraph],
    [written.string('abc', { left: ids.word })],
    [written.values([3], { left: ids.level })],
    [paragraph, written.text({ parent: [sender, 0] }), written.string('abc', { parent: [sender, 1] })],
  ])
}

function randomUpdate(random: SeededRandom, standing: readonly Id[]): Uint8Array {
  const clients = random.chance(0.7) ? [sender] : [sender, random.pick([sender, honest, 778])]
  const anyId = (): Id =>
    random.chance(0.3)
      ? [honest, random.below(20)]
      : random.chance(0.5)
        ? random.pick(standing)
        : [random.pick(clients), random.below(5)]
  const where = (): Where => {
    if (random.chance(0.25)) return random.chance(0.9) ? root : { parent: 'elsewhere' }
    if (random.chance(0.3)) return { parent: anyId(), ...(random.chance(0.4) && { key: 'level' }) }
    return { left: anyId(), ...(random.chance(0.4) && { right: anyId() }) }
  }
  const words = () => 'abcdef'.slice(0, random.below(6))
  const struct = (): WrittenStruct =>
    random.pick<() => WrittenStruct>([
      () => written.element(random.pick(['paragraph', 'heading', 'script']), where()),
      () => written.text(where()),
      () => written.string(words(), where()),
      () => written.string(words(), where()),
      () => written.values([1, 2, 3].slice(0, random.below(4)), where()),
      () => written.deleted(random.below(3), where()),
      () => written.collected(random.below(3)),
      () => written.format('bold', {}, where()),
    ])()
  const blocks = clients.map((client) =>
    block(Array.from({ length: random.below(4) }, struct), random.chance(0.7) ? 0 : random.below(4), client),
  )
  const deletions = random.chance(0.3)
    ? ([[random.pick([...clients, honest]), [[random.below(20), random.below(4)]]]] as const)
    : []
  return written.writtenUpdate(blocks, deletions)
}
