import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import * as Y from 'yjs'
import { serverClient } from '../../../shared/document/server-client.ts'
import { until } from '../../helpers/until.ts'
import { startRooms, type RoomServer } from '../../helpers/rooms/room-server.ts'
import { changeOf, paragraph, textOf, WireClient } from '../../helpers/rooms/wire-client.ts'

let server: RoomServer
beforeAll(async () => (server = await startRooms()))
afterAll(() => server.stop())

/** Sends one update to a new document beside somebody who watches, and says how that ended. */
async function send(update: Uint8Array, first?: Uint8Array) {
  const roomId = await server.newDocument()
  const watcher = await WireClient.open(server, 'bo', roomId)
  const sender = await WireClient.open(server, 'ada', roomId)
  if (first) {
    sender.sendUpdate(first)
    await until('the first update to be saved', () => sender.saved === 1)
  }
  const seen = watcher.updates.length
  sender.sendUpdate(update)
  const end = await until('an end', () => sender.closed ?? (sender.saved === (first ? 2 : 1) && 'saved'))
  const text = textOf(await server.rooms.read(roomId))
  const shown = watcher.updates.length - seen
  await watcher.close()
  return { end, text, shown, rows: (await server.logged()).filter((row) => row.documentId === roomId).length }
}

const refusedAs = (code: number, reason: string) => ({ end: { code, reason }, text: '', shown: 0, rows: 0 })

const within = (change: (doc: Y.Doc) => void): Uint8Array => {
  const doc = new Y.Doc()
  change(doc)
  return Y.encodeStateAsUpdate(doc)
}

describe('rule 2: an update is checked before it touches anything', () => {
  it('failure 22: a frame of 7 bytes that claims 32 million structs', async () => {
    const claim = Uint8Array.of(1, 0x80, 0xc8, 0xd0, 0x0f, 1, 0)
    expect(await send(claim)).toEqual(refusedAs(4422, 'update_malformed'))
  })

  it('failure 24: a root type that is not the text', async () => {
    expect(await send(within((doc) => doc.getMap('other').set('a', 1)))).toEqual(
      refusedAs(4422, 'update_refused'),
    )
  })

  it('plain characters in the root', async () => {
    expect(await send(within((doc) => doc.getText('default').insert(0, 'x')))).toEqual(
      refusedAs(4422, 'update_refused'),
    )
  })

  it('a subdocument', async () => {
    const update = within((doc) => {
      const block = new Y.XmlElement('paragraph')
      doc.getXmlFragment('default').insert(0, [block])
      block.setAttribute('inner', new Y.Doc() as unknown as string)
    })
    expect(await send(update)).toEqual(refusedAs(4422, 'update_refused'))
  })

  it('failure 24: an attribute named __proto__', async () => {
    const update = within((doc) => {
      const block = new Y.XmlElement('paragraph')
      doc.getXmlFragment('default').insert(0, [block])
      block.setAttribute('__proto__', 'x')
    })
    expect(await send(update)).toEqual(refusedAs(4422, 'update_refused'))
  })

  it.each([
    [64, true],
    [65, false],
    [5_000, false],
  ])('failure 23: elements nested %i deep: accepted %s', async (depth, accepted) => {
    const update = within((doc) =>
      doc.transact(() => {
        let parent: Y.XmlFragment = doc.getXmlFragment('default')
        for (let i = 0; i < depth; i++) {
          const block = new Y.XmlElement('blockquote')
          parent.insert(0, [block])
          parent = block
        }
      }),
    )
    const { end, rows } = await send(update)
    expect(end).toEqual(accepted ? 'saved' : { code: 4422, reason: 'update_refused' })
    // the room's own is the second: it fills the innermost, which would be empty
    expect(rows).toBe(accepted ? 2 : 0)
  })

  it('nesting that grows by one level an update ends at the same depth', async () => {
    const roomId = await server.newDocument()
    const sender = await WireClient.open(server, 'ada', roomId)
    const doc = new Y.Doc()
    let parent: Y.XmlFragment = doc.getXmlFragment('default')
    for (let i = 0; i < 70; i++) {
      const block = new Y.XmlElement('blockquote')
      sender.sendUpdate(changeOf(doc, () => parent.insert(0, [block])))
      parent = block
    }
    expect(await sender.whenClosed()).toEqual({ code: 4422, reason: 'update_refused' })
    expect(textOf(await server.rooms.read(roomId)).split('<blockquote>').length - 1).toBeLessThanOrEqual(64)
  })

  it('failure 25: a run of collected characters that is longer than any document', async () => {
    // one client, one struct: GC (info 0) of 2^27 characters from clock 0; no deletions
    expect(await send(Uint8Array.of(1, 1, 5, 0, 0, 0x80, 0x80, 0x80, 0x40, 0))).toEqual(
      refusedAs(4422, 'update_refused'),
    )
  })

  it('failure 25: a Skip', async () => {
    expect(await send(Uint8Array.of(1, 1, 5, 0, 10, 3, 0))).toEqual(refusedAs(4422, 'update_refused'))
  })

  it('two items that name each other as neighbours', async () => {
    // client 2 clock 0 has origin (1, 0); client 1 clock 0 has origin (2, 0); both hold the string "a"
    const update = Uint8Array.of(2, 1, 2, 0, 0x84, 1, 0, 1, 97, 1, 1, 0, 0x84, 2, 0, 1, 97, 0)
    expect(await send(update)).toEqual(refusedAs(4422, 'update_refused'))
  })

  it('more than the limit in one update', async () => {
    const { update } = paragraph('x'.repeat(1_048_577))
    expect(await send(update)).toEqual(refusedAs(1009, 'update_too_large'))
  })

  it("failure 25: structs under another person's client id", async () => {
    const roomId = await server.newDocument()
    const ada = await WireClient.open(server, 'ada', roomId)
    const { doc, text, update } = paragraph('mine', 77)
    ada.sendUpdate(update)
    await until('the update to be saved', () => ada.saved === 1)
    const bo = await WireClient.open(server, 'bo', roomId)
    bo.sendUpdate(changeOf(doc, () => text.insert(0, 'not ')))
    expect(await bo.whenClosed()).toEqual({ code: 4409, reason: 'client_id_taken' })
    expect(textOf(await server.rooms.read(roomId))).toBe('<paragraph>mine</paragraph>')
    await ada.close()
  })

  it('U10: an id under which the server brings versions back is no person’s', async () => {
    const { update } = paragraph('as if brought back', serverClient(79))
    expect(await send(update)).toEqual(refusedAs(4409, 'client_id_taken'))
  })

  it('whose a client id is outlives the room', async () => {
    const roomId = await server.newDocument()
    const ada = await WireClient.open(server, 'ada', roomId)
    const { doc, text, update } = paragraph('mine', 78)
    ada.sendUpdate(update)
    await until('the update to be saved', () => ada.saved === 1)
    await ada.close()
    const bo = await WireClient.open(server, 'bo', roomId)
    bo.sendUpdate(changeOf(doc, () => text.insert(0, 'not ')))
    expect(await bo.whenClosed()).toEqual({ code: 4409, reason: 'client_id_taken' })
  })

  it('what everybody has already is accepted from anybody, and stored once', async () => {
    const { update } = paragraph('again')
    const { end, rows, shown } = await send(update, update)
    expect({ end, rows, shown }).toEqual({ end: 'saved', rows: 1, shown: 0 })
  })

  it('failure 17: what builds on something missing waits, its sender is asked once, and nothing is counted before', async () => {
    const roomId = await server.newDocument()
    const ada = await WireClient.open(server, 'ada', roomId)
    await until('the first question', () => ada.asked.length === 1)
    const { doc, text, update } = paragraph('a')
    const second = changeOf(doc, () => text.insert(1, 'b'))
    const third = changeOf(doc, () => text.insert(2, 'c'))
    ada.sendUpdate(second)
    ada.sendUpdate(third)
    await until('another question', () => ada.asked.length === 2)
    expect(ada.saved).toBe(0)
    ada.sendStep2(update)
    await until('all three to be saved', () => ada.saved === 3)
    expect(ada.asked).toHaveLength(2)
    expect(textOf(await server.rooms.read(roomId))).toBe('<paragraph>abc</paragraph>')
    await ada.close()
  })

  it('failure 16: reordered and repeated updates give the same text', async () => {
    const roomId = await server.newDocument()
    const ada = await WireClient.open(server, 'ada', roomId)
    const { doc, text, update } = paragraph('0')
    const updates = [update]
    for (let i = 1; i < 10; i++) updates.push(changeOf(doc, () => text.insert(i, String(i))))
    for (const one of [...updates.toReversed(), ...updates]) ada.sendUpdate(one)
    await until('all to be saved', () => ada.saved === 20)
    expect(textOf(await server.rooms.read(roomId))).toBe('<paragraph>0123456789</paragraph>')
    await ada.close()
  })
})

describe('rule 6: a change that breaks half-way leaves nothing', () => {
  it('what makes Yjs throw ends its sender, and another person’s change of the same turn is taken', async () => {
    const roomId = await server.newDocument()
    const [ada, bo, cem] = await Promise.all([
      WireClient.open(server, 'ada', roomId),
      WireClient.open(server, 'bo', roomId),
      WireClient.open(server, 'cem', roomId),
    ])
    // a commit in flight, so that what comes meanwhile is one turn
    let release = () => {}
    const held = new Promise<void>((resolve) => (release = resolve))
    let appends = 0
    server.control.before = (call) => (call === 'append' && ++appends === 1 ? held : undefined)
    const [first, fromAda, poison, fromCem] = ['first', 'from ada', 'poison', 'from cem'].map(
      (words, index) => paragraph(words, 31 + index).update,
    )
    const integrate = vi.spyOn(Y.ContentString.prototype, 'integrate')
    let failures = 0
    integrate.mockImplementation(function (this: Y.ContentString) {
      if (!this.str.includes('poison')) return
      failures++
      throw new TypeError('half-way into the document')
    })
    try {
      cem.sendUpdate(first!)
      await until('a commit in flight', () => appends === 1)
      ada.sendUpdate(fromAda!)
      bo.sendUpdate(poison!)
      cem.sendUpdate(fromCem!)
      // behind all three, on each connection
      await Promise.all([ada, bo, cem].map((one) => one.ping()))
      release()
      expect(await bo.whenClosed()).toEqual({ code: 4422, reason: 'update_malformed' })
      await until('the others to be saved', () => ada.saved === 1 && cem.saved === 2)
    } finally {
      release()
      integrate.mockRestore()
      server.control.before = null
    }
    expect(failures).toBeGreaterThan(0)
    // one commit for both
    expect(appends).toBe(2)
    expect([ada.closed, cem.closed]).toEqual([null, null])
    const text = textOf(await server.rooms.read(roomId))
    for (const words of ['first', 'from ada', 'from cem']) expect(text).toContain(words)
    expect(text).not.toContain('poison')
    expect((await server.logged()).filter((row) => row.documentId === roomId)).toHaveLength(3)
    await Promise.all([ada.close(), cem.close()])
  })

  it('a server edit that throws', async () => {
    const roomId = await server.newDocument()
    await server.rooms.edit(roomId, 'ada', (doc) => {
      doc.getXmlFragment('default').insert(0, [new Y.XmlElement('paragraph')])
    })
    const broken = server.rooms.edit(roomId, 'ada', (doc) => {
      doc.getXmlFragment('default').insert(0, [new Y.XmlElement('heading')])
      throw new Error('half-way')
    })
    await expect(broken).rejects.toThrow('half-way')
    expect(textOf(await server.rooms.read(roomId))).toBe('<paragraph></paragraph>')
  })
})
