import { expect, it } from 'vitest'
import * as Y from 'yjs'
import { plainTyping, putPlainTyping } from '../../../server/rooms/gate/plain-typing.ts'
import { checkUpdate, type Against } from '../../../server/rooms/gate/update-check.ts'
import { Refusal } from '../../../shared/errors.ts'
import { defaultLimits } from '../../../shared/limits.ts'
import { seededRandom } from '../../helpers/seeded-random.ts'

const typist = 7
const other = 9

/** What a gate says to an update: what it costs, or the code of its refusal. */
function saidBy<T>(gate: () => T): T | { refused: unknown } {
  try {
    return gate()
  } catch (failure) {
    return { refused: failure instanceof Refusal ? failure.code : failure }
  }
}

/** A room's document in which two people have written, and a person's own copy of it. */
function openTexts() {
  const room = new Y.Doc()
  const own = new Y.Doc()
  own.clientID = typist
  const [block, text] = [new Y.XmlElement('paragraph'), new Y.XmlText()]
  own.transact(() => {
    own.getXmlFragment('default').insert(0, [block])
    block.insert(0, [text])
    text.insert(0, 'some words')
  })
  const another = new Y.Doc()
  another.clientID = other
  Y.applyUpdate(another, Y.encodeStateAsUpdate(own))
  const theirs = (another.getXmlFragment('default').get(0) as Y.XmlElement).get(0) as Y.XmlText
  theirs.insert(4, ' and')
  Y.applyUpdate(own, Y.encodeStateAsUpdate(another))
  const whole = Y.encodeStateAsUpdate(own)
  Y.applyUpdate(room, whole)
  const inRoom = (room.getXmlFragment('default').get(0) as Y.XmlElement).get(0) as Y.XmlText
  const against: Against = {
    doc: room,
    owners: new Map([
      [typist, 'ada'],
      [other, 'bo'],
    ]),
    userId: 'ada',
    limits: defaultLimits,
    conflicts: new WeakMap([[inRoom as Y.AbstractType<unknown>, new Map([[null, 0]])]]),
    mayWork: () => true,
  }
  /** What a change of the person's copy is sent as. */
  function sent(change: (text: Y.XmlText) => void): Uint8Array {
    const updates: Uint8Array[] = []
    const listen = (update: Uint8Array) => updates.push(update)
    own.on('update', listen)
    own.transact(() => change(text))
    own.off('update', listen)
    return Y.mergeUpdates(updates)
  }
  return { room, own, text, against, sent }
}

/** The whole gate, as far as it says something of what is plain. */
function wholeGate(update: Uint8Array, against: Against) {
  return saidBy(() => {
    const checked = checkUpdate(update, against)
    if ('missing' in checked) return checked
    const { clientIds, conflictSteps, movedItems, deletions, named, parts } = checked
    return {
      clientIds,
      conflictSteps,
      movedItems,
      deletions,
      named,
      parts,
      isSame: checked.update === update,
    }
  })
}

const plain = {
  clientIds: [],
  conflictSteps: 0,
  movedItems: 0,
  deletions: null,
  named: null,
  parts: null,
  isSame: true,
}

/** Looks at an update with both gates, and puts it in both ways; true for one that is plain. */
function comparesWell(update: Uint8Array, { room, against }: ReturnType<typeof openTexts>): boolean {
  const item = saidBy(() => plainTyping(update, against))
  if (item === null) return false
  const whole = wholeGate(update, against)
  if ('refused' in item) {
    expect(whole).toEqual(item)
    return false
  }
  expect(whole).toEqual(plain)
  const [asUpdate, asItem] = [copyOf(room), copyOf(room)]
  const [ofUpdate, ofItem] = [asUpdate, asItem].map(toldBy)
  Y.applyUpdate(asUpdate, update)
  putPlainTyping(asItem, plainTyping(update, { ...against, doc: asItem, conflicts: conflictsOf(asItem) })!)
  expect(Y.encodeStateAsUpdate(asItem)).toEqual(Y.encodeStateAsUpdate(asUpdate))
  expect(ofItem).toEqual(ofUpdate)
  // what is logged without asking Yjs is what Yjs would have said
  if (item.known) expect(ofUpdate).toEqual([update])
  return true
}

function copyOf(doc: Y.Doc): Y.Doc {
  const copy = new Y.Doc()
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc))
  return copy
}

/** What Yjs tells of a document's changes from now on. */
function toldBy(doc: Y.Doc): Uint8Array[] {
  const told: Uint8Array[] = []
  doc.on('update', (update: Uint8Array) => told.push(update))
  return told
}

function conflictsOf(doc: Y.Doc): Against['conflicts'] {
  const text = (doc.getXmlFragment('default').get(0) as Y.XmlElement).get(0) as Y.AbstractType<unknown>
  return new WeakMap([[text, new Map([[null, 0]])]])
}

it('takes typed characters, wherever they go, as the whole gate does', () => {
  const texts = openTexts()
  const random = seededRandom(1)
  for (let count = 0; count < 200; count++) {
    const at = random.below(texts.text.length + 1)
    const update = texts.sent((text) => text.insert(at, '锤a👍é'.slice(count % 2, 2 + (count % 2))))
    const isAtBeginning = at === 0
    expect(comparesWell(update, texts) || isAtBeginning || isWithin(update, texts.room)).toBe(true)
    Y.applyUpdate(texts.room, update)
  }
})

/** It cuts what is in the document. */
function isWithin(update: Uint8Array, doc: Y.Doc): boolean {
  const [item] = Y.decodeUpdate(update).structs
  const { origin } = item as Y.Item
  const left = Y.getItem(doc.store, origin!) as Y.Item
  return origin!.clock < left.id.clock + left.length - 1
}

it('leaves it to Yjs what is made of a text with formats', () => {
  const texts = openTexts()
  Y.applyUpdate(
    texts.room,
    texts.sent((text) => text.format(2, 3, { bold: {} })),
  )
  const update = texts.sent((text) => text.insert(text.length, 'z'))
  expect(plainTyping(update, texts.against)?.known).toBeNull()
  expect(comparesWell(update, texts)).toBe(true)
})

it('leaves to the whole gate what is more than a typed text', () => {
  const texts = openTexts()
  const { text, against, sent } = texts
  const end = text.length
  const others: Record<string, Uint8Array> = {
    deletion: sent((own) => own.delete(end - 1, 1)),
    format: sent((own) => own.format(0, 4, { bold: {} })),
    'both at once': sent((own) => {
      own.insert(own.length, 'x')
      own.delete(0, 1)
    }),
    'in a deleted text': (() => {
      const typed = sent((own) => own.insert(own.length, 'y'))
      texts.room.getXmlFragment('default').delete(0, 1)
      return typed
    })(),
  }
  for (const [name, update] of Object.entries(others)) {
    expect(plainTyping(update, against), name).toBeNull()
  }
})

it('knows whose the client is, and what another has written first', () => {
  const texts = openTexts()
  const update = texts.sent((text) => text.insert(text.length, '!'))
  expect(comparesWell(update, texts)).toBe(true)
  expect(plainTyping(update, { ...texts.against, userId: 'bo' })).toBeNull()
  expect(plainTyping(update, { ...texts.against, owners: new Map() })).toBeNull()
  expect(plainTyping(update, { ...texts.against, conflicts: new WeakMap() })).toBeNull()
  Y.applyUpdate(texts.room, update)
  expect(plainTyping(update, texts.against), 'it is here already').toBeNull()
})

it('is as strict as the whole gate whatever byte of it is another', () => {
  const random = seededRandom(2)
  const texts = openTexts()
  let taken = 0
  let update: Uint8Array = new Uint8Array()
  for (let count = 0; count < 4_000; count++) {
    if (count % 40 === 0) update = texts.sent((text) => text.insert(text.length, 'ab'))
    const bytes = Uint8Array.from(update)
    for (let changes = 1 + random.below(2); changes > 0; changes--) {
      bytes[random.below(bytes.length)] = random.below(256)
    }
    const length = random.chance(0.1) ? random.below(bytes.length) : bytes.length
    if (comparesWell(bytes.subarray(0, length), texts)) taken++
    if (count % 40 === 39) Y.applyUpdate(texts.room, update)
  }
  expect(taken).toBeGreaterThan(20)
})

it('refuses the same run of text as the whole gate', () => {
  const texts = openTexts()
  const update = texts.sent((text) => text.insert(text.length, 'x'.repeat(400)))
  const against = { ...texts.against, limits: { ...defaultLimits, runCharacters: 100 } }
  expect(saidBy(() => plainTyping(update, against))).toEqual({ refused: 'text_run_too_long' })
  expect(wholeGate(update, against)).toEqual({ refused: 'text_run_too_long' })
})
