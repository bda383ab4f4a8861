import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { Refusal } from '../../../shared/errors.ts'
import { textField } from '../../../shared/document/text-field.ts'
import { replacementFor } from '../../../server/history/replace-text.ts'
import { captureOf } from '../../../server/history/capture.ts'
import { doc as contentOf, paragraph as written } from '../../../server/documents/compose.ts'
import { until } from '../../helpers/until.ts'
import { startRooms, type RoomServer } from '../../helpers/rooms/room-server.ts'
import { changeOf, paragraph, textOf, WireClient } from '../../helpers/rooms/wire-client.ts'

let server: RoomServer
beforeAll(async () => void (server = await startRooms()))
afterAll(() => server.stop())

/** So many parts, each a paragraph of so many characters behind the last one. */
function partsOf(count: number, characters: number) {
  const doc = new Y.Doc()
  const updates = Array.from({ length: count }, (_, at) =>
    changeOf(doc, () => {
      const block = new Y.XmlElement('paragraph')
      block.insert(0, [new Y.XmlText(`part ${at} ${'word '.repeat(characters / 5)}`)])
      doc.getXmlFragment(textField).push([block])
    }),
  )
  return { clientId: doc.clientID, updates }
}

/** Each part takes longer than a slice; `meanwhile` is called before one is put in. */
function* slowly(updates: Uint8Array[], meanwhile: (at: number) => void): Generator<Uint8Array> {
  for (const [at, update] of updates.entries()) {
    const began = performance.now()
    while (performance.now() - began < 15) continue
    meanwhile(at)
    yield update
  }
}

describe('a large edit of the server', () => {
  it('lets others have their turn between its parts, and is one commit and one look for everybody', async () => {
    const roomId = await server.newDocument()
    const bo = await WireClient.open(server, 'bo', roomId)
    const { clientId, updates } = partsOf(8, 20_000)
    let turns = 0
    const seen: number[] = []
    const count = () => {
      turns++
      if (seen.length < updates.length) setImmediate(count)
    }
    setImmediate(count)
    let appends = 0
    server.control.before = (call) => void (appends += call === 'append' ? 1 : 0)
    const heard: number[] = []
    await server.rooms.edit(roomId, 'ada', () => ({
      clientId,
      updates: slowly(updates, () => {
        seen.push(turns)
        heard.push(bo.updates.length)
      }),
    }))
    server.control.before = null
    expect(seen).toHaveLength(8)
    for (const [at, turn] of seen.entries()) if (at > 0) expect(turn).toBeGreaterThan(seen[at - 1]!)
    expect(heard).toEqual(Array(8).fill(0))
    expect(appends).toBe(1)
    const text = new Y.Doc()
    await until('bo to have all of it', () => {
      for (const update of bo.updates.splice(0)) Y.applyUpdate(text, update)
      return text.getXmlFragment(textField).length === 8
    })
    const whole = textOf(await server.rooms.read(roomId))
    expect(text.getXmlFragment(textField).toString()).toBe(whole)
    bo.socket.terminate()
  })

  it('rules 6 and 8: breaks as a whole; nothing is taken of whoever was suspended between its parts', async () => {
    const roomId = await server.newDocument()
    const ada = await WireClient.open(server, 'ada', roomId)
    let letGo!: () => void
    const held = new Promise<void>((go) => (letGo = go))
    let isHeld = false
    server.control.before = (call) => {
      if (call !== 'append' || isHeld) return undefined
      isHeld = true
      return held
    }
    const first = server.rooms.edit(roomId, 'bo', (doc) =>
      doc.getXmlFragment(textField).push([new Y.XmlElement('paragraph')]),
    )
    await until('a commit to be in flight', () => isHeld)
    const { clientId, updates } = partsOf(3, 10)
    let recheck: Promise<void> | undefined
    const edit = server.rooms.edit(roomId, 'bo', () => ({
      clientId,
      updates: slowly([...updates, Uint8Array.of(255, 255)], (at) => {
        if (at !== 1) return
        server.standing.set('ada', null)
        recheck = server.bus.recheck({ userId: 'ada' })
      }),
    }))
    const ended = expect(edit).rejects.toThrow()
    // both wait: the edit for the next turn, what comes then for the one after it
    ada.sendUpdate(paragraph('from ada').update)
    const pongs = () => ada.types.filter((type) => type === 102).length
    ada.sendFrame(102)
    await ada.when('what ada sent to be heard', () => pongs() > 0)
    letGo()
    await first
    await ended
    await recheck
    expect(await ada.whenClosed()).toMatchObject({ reason: 'access_ended' })
    server.standing.clear()
    expect(textOf(await server.rooms.read(roomId))).toBe('<paragraph></paragraph>')
  })

  it('rule 8: whose standing ended while its parts went in has nothing committed', async () => {
    const roomId = await server.newDocument()
    const { clientId, updates } = partsOf(3, 10)
    let isEnded = false
    const edit = server.rooms.edit(
      roomId,
      'bo',
      () => ({ clientId, updates: slowly(updates, (at) => void (isEnded ||= at === 1)) }),
      async () => {
        if (isEnded) throw new Refusal('access_ended')
      },
    )
    const other = server.rooms.edit(roomId, 'ada', (doc) =>
      doc.getXmlFragment(textField).push([new Y.XmlElement('paragraph')]),
    )
    await expect(edit).rejects.toMatchObject({ code: 'access_ended' })
    await other
    expect(textOf(await server.rooms.read(roomId))).toBe('<paragraph></paragraph>')
  })

  it('a text of 1,800 blocks is brought back in parts, of which each is little, and as the smallest change', () => {
    const blocks = Array.from({ length: 1_800 }, (_, at) => written(`Block ${at} of many: ${at * 7} mm`))
    const present = new Y.Doc()
    const fragment = present.getXmlFragment(textField)
    replaceWith(present, contentOf(...blocks))
    for (let at = 1_790; at >= 0; at -= 10) fragment.delete(at)
    const kept = fragment.toArray().map(({ _item }) => _item!.id)
    const content = JSON.stringify(contentOf(...blocks))
    const state = Y.encodeStateAsUpdate(present)
    const { parts } = replacementFor({ state, content })
    for (const update of parts.updates) Y.applyUpdate(present, update)
    expect(captureOf(present).content).toEqual(JSON.parse(content))
    const ids = fragment.toArray().map(({ _item }) => _item!.id)
    expect(ids.filter(({ client }) => client !== parts.clientId)).toEqual(kept)
    // all of it anew
    const empty = Y.encodeStateAsUpdate(new Y.Doc())
    const anew = [...replacementFor({ state: empty, content }).parts.updates]
    expect(anew.length).toBeGreaterThan(5)
    expect(Math.max(...anew.map(({ length }) => length))).toBeLessThan(20_000)
  })
})

function replaceWith(doc: Y.Doc, content: object): void {
  const { parts } = replacementFor({ state: Y.encodeStateAsUpdate(doc), content: JSON.stringify(content) })
  for (const update of parts.updates) Y.applyUpdate(doc, update)
}
