import { expect, it } from 'vitest'
import * as Y from 'yjs'
import type { RoomText } from '../../../server/rooms/text/room-text.ts'
import { readText, type Shown } from '../../../shared/document/read-text.ts'
import { schema } from '../../../shared/document/schema.ts'
import { textField } from '../../../shared/document/text-field.ts'
import { writeText } from '../../../web/editor/binding/write-text.ts'
import { seededRandom, type SeededRandom } from '../../helpers/seeded-random.ts'
import { openText } from '../../helpers/rooms/kept-text.ts'
import { randomDocument, randomEdit } from '../../helpers/rooms/random-document.ts'

const documents = Number(process.env.HONEST_DOCUMENTS ?? 1_500)
const seed = Number(process.env.HONEST_SEED ?? Math.floor(Math.random() * 2 ** 32))

let repairs = 0

/** An editor with its own copy, online now and then, that reads and writes as the product’s own binding does. */
class Writer {
  readonly userId: string
  doc = new Y.Doc()
  private undo: Y.UndoManager
  private unsent: Uint8Array[] = []

  constructor(userId: string) {
    this.userId = userId
    this.undo = this.watch()
  }

  edit(random: SeededRandom, isNew: boolean): void {
    if (random.chance(0.12)) this.undo.undo()
    else if (random.chance(0.08)) this.undo.redo()
    else {
      if (random.chance(0.2)) this.undo.stopCapturing()
      const fragment = this.doc.getXmlFragment(textField)
      const shown: Shown = new Map()
      const text = readText(fragment, schema, shown)
      const next = isNew ? randomDocument(random) : randomEdit(random, text)
      this.doc.transact(() => writeText(this.doc, fragment, next, shown), 'editor')
    }
  }

  /** Sends what the room lacks: what was written edit by edit, or all at once as after a time offline. */
  send(random: SeededRandom, room: RoomText): void {
    const updates = random.chance(0.5)
      ? this.unsent
      : [Y.encodeStateAsUpdate(this.doc, random.chance(0.8) ? room.bytes().vector : undefined)]
    this.unsent = []
    for (const update of updates) {
      if ('missing' in room.take(update, this.userId))
        throw new Error('an honest update is missing something')
    }
    // as in each turn of the room
    repairs += room.repair(this.userId).entry ? 1 : 0
  }

  hear(room: RoomText): void {
    Y.applyUpdate(this.doc, room.bytes().whole, 'room')
  }

  /** The tab is opened again from what the browser kept: another client id, and nothing to undo. */
  reopen(): void {
    const kept = Y.encodeStateAsUpdate(this.doc)
    this.doc = new Y.Doc()
    this.undo = this.watch()
    Y.applyUpdate(this.doc, kept, 'room')
  }

  private watch(): Y.UndoManager {
    this.doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== 'room') this.unsent.push(update)
    })
    return new Y.UndoManager(this.doc.getXmlFragment(textField), { trackedOrigins: new Set(['editor']) })
  }
}

it(
  `rule 2: ${documents} documents of the schema, edited together, offline, with undo and from older bases, meet no refusal (HONEST_SEED=${seed})`,
  async () => {
    for (let index = 0; index < documents; index++) {
      const random = seededRandom((seed + index) >>> 0)
      const room = await openText()
      const writers = ['ada', 'bo', 'cem'].map((userId) => new Writer(userId))
      try {
        for (let step = 0; step < 14; step++) {
          const writer = random.pick(writers)
          const what = step === 0 ? 0 : random.below(10)
          if (what < 5) writer.edit(random, step === 0)
          else if (what < 7) writer.send(random, room)
          else if (what < 9) writer.hear(room)
          else writer.reopen()
        }
        for (const writer of writers) {
          writer.send(random, room)
          room.take(Y.encodeStateAsUpdate(writer.doc), writer.userId)
        }
      } catch (cause) {
        throw new Error(`HONEST_SEED=${(seed + index) >>> 0} HONEST_DOCUMENTS=1 finds this again`, { cause })
      }
      room.drop()
    }
    // edits that met did break something, and the room repaired it under those who were still on an older base
    if (documents >= 400) expect(repairs).toBeGreaterThan(0)
  },
  60_000 + documents * 200,
)
