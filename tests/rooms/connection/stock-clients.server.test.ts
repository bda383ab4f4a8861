import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { schemaVersion } from '../../../shared/document/schema-version.ts'
import { messageType } from '../../../shared/wire/protocol.ts'
import { until } from '../../helpers/until.ts'
import { startRooms, type RoomServer } from '../../helpers/rooms/room-server.ts'
import { changeOf, openStock, paragraph, textOf, WireClient } from '../../helpers/rooms/wire-client.ts'

let server: RoomServer
beforeAll(async () => void (server = await startRooms()))
afterAll(() => server.stop())

/** A document with words in it, and what somebody who has read it holds. */
async function written() {
  const roomId = await server.newDocument()
  const ada = await WireClient.open(server, 'ada', roomId)
  const { doc, update } = paragraph('words')
  ada.sendUpdate(update)
  await ada.when('the words to be durable', () => ada.saved === 1)
  await ada.close()
  return { roomId, doc, update }
}

describe('rule 11, security 42: a client that names no schema reads', () => {
  it('it reads, sees others write, and is not asked for its news', async () => {
    const { roomId } = await written()
    const reader = openStock(server, 'bo', roomId, new Y.Doc(), {})
    await reader.synced()
    const writer = openStock(server, 'ada', roomId)
    await writer.synced()
    writer.doc.getXmlFragment('default').insert(1, [new Y.XmlElement('paragraph')])
    const read = () => reader.doc.getXmlFragment('default').toString()
    await until('the edit', () => read() === '<paragraph>words</paragraph><paragraph></paragraph>')
    const wire = await WireClient.open(server, 'bo', roomId, '')
    wire.sendStep1()
    await wire.when('the answer', () => wire.answers.length > 0)
    expect(wire.asked).toEqual([])
    for (const { provider } of [reader, writer]) provider.destroy()
    await wire.close()
  })

  it.each<[string, (client: WireClient, doc: Y.Doc) => void]>([
    [
      'an update',
      (client, doc) => client.sendUpdate(changeOf(doc, () => doc.getXmlFragment('default').delete(0, 1))),
    ],
    ['an update that says nothing new', (client, doc) => client.sendUpdate(Y.encodeStateAsUpdate(doc))],
    [
      'a step 2 with new words',
      (client, doc) => {
        doc.getXmlFragment('default').push([new Y.XmlElement('paragraph')])
        client.sendStep2(Y.encodeStateAsUpdate(doc))
      },
    ],
    [
      'a step 2 with a new deletion only',
      (client, doc) => {
        doc.getXmlFragment('default').delete(0, 1)
        client.sendStep2(Y.encodeStateAsUpdate(doc, Y.encodeStateVector(doc)))
      },
    ],
  ])('its first write is answered 4403: %s', async (_what, write) => {
    const { roomId, doc } = await written()
    const stock = await WireClient.open(server, 'bo', roomId, '')
    write(stock, doc)
    expect(await stock.whenClosed()).toEqual({ code: 4403, reason: 'read_only' })
    expect(textOf(await server.rooms.read(roomId))).toBe('<paragraph>words</paragraph>')
    expect((await server.logged()).filter(({ documentId }) => documentId === roomId)).toHaveLength(1)
  })

  it('an answer that repeats what is here is allowed', async () => {
    const { roomId, doc, update } = await written()
    const gone = changeOf(doc, () => (doc.getXmlFragment('default').get(0) as Y.XmlElement).delete(0, 1))
    const ada = await WireClient.open(server, 'ada', roomId)
    ada.sendUpdate(gone)
    await ada.when('the deletion to be durable', () => ada.saved === 1)
    const stock = await WireClient.open(server, 'bo', roomId, '')
    for (const known of [Y.encodeStateAsUpdate(doc), update, gone, Uint8Array.of(0, 0)])
      stock.sendStep2(known)
    stock.sendStep1()
    await stock.when('the answer', () => stock.answers.length > 0)
    expect(stock.closed).toBeNull()
    for (const client of [ada, stock]) await client.close()
  })

  it('with the schema alone it writes, and meets no type of ours', async () => {
    const roomId = await server.newDocument()
    const stock = await WireClient.open(server, 'bo', roomId, `?schema=${schemaVersion}`)
    const reader = await WireClient.open(server, 'ada', roomId)
    stock.sendUpdate(paragraph('stock').update)
    await reader.when('the words', () => reader.updates.length > 0)
    server.bus.publish('project', { type: 'project.changed' })
    await reader.when('the event', () => reader.events.length > 0)
    stock.sendStep1()
    await stock.when('the answer', () => stock.answers.length > 0)
    expect(stock.types.every((type) => type === messageType.sync || type === messageType.awareness)).toBe(
      true,
    )
    for (const client of [stock, reader]) await client.close()
  })

  it('another schema is asked to reload', async () => {
    const roomId = await server.newDocument()
    const stock = await WireClient.open(server, 'bo', roomId, '?schema=999')
    expect(await stock.whenClosed()).toEqual({ code: 4426, reason: 'client_outdated' })
  })
})

describe('rules 2 and 10: who shows themselves under a client id has it', () => {
  const show = (client: WireClient, clientId: number, at: string) =>
    client.sendAwareness([{ clientId, clock: 1, state: { at } }])

  it('nobody else writes with the id of somebody who only reads so far', async () => {
    const roomId = await server.newDocument()
    const ada = await WireClient.open(server, 'ada', roomId)
    const cem = await WireClient.open(server, 'cem', roomId)
    show(ada, 7, 'here')
    await cem.when('the state', () => cem.states().has(7))
    const bo = await WireClient.open(server, 'bo', roomId)
    bo.sendUpdate(paragraph('taken', 7).update)
    expect(await bo.whenClosed()).toEqual({ code: 4409, reason: 'client_id_taken' })
    await ada.close()
    const again = await WireClient.open(server, 'bo', roomId)
    again.sendUpdate(paragraph('taken', 7).update)
    expect(await again.whenClosed()).toEqual({ code: 4409, reason: 'client_id_taken' })
    const back = await WireClient.open(server, 'ada', roomId)
    back.sendUpdate(paragraph('written offline', 7).update)
    await back.when('the words to be durable', () => back.saved === 1)
    expect(textOf(await server.rooms.read(roomId))).toBe('<paragraph>written offline</paragraph>')
    expect(
      await server.database.$client.query(
        'select user_id from document_clients where document_id = $1 and client_id = 7',
        [roomId],
      ),
    ).toMatchObject({ rows: [{ user_id: 'ada' }] })
    for (const client of [back, cem]) await client.close()
  })

  it('an id that somebody has written with is not shown by another', async () => {
    const roomId = await server.newDocument()
    const ada = await WireClient.open(server, 'ada', roomId)
    ada.sendUpdate(paragraph('words', 7).update)
    await ada.when('the words to be durable', () => ada.saved === 1)
    await ada.close()
    const bo = await WireClient.open(server, 'bo', roomId)
    // before the text is loaded, and after it
    show(bo, 7, 'forged')
    bo.sendStep1()
    await bo.when('the answer', () => bo.answers.length > 0)
    show(bo, 7, 'forged again')
    const cem = await WireClient.open(server, 'cem', roomId)
    const back = await WireClient.open(server, 'ada', roomId)
    show(back, 7, 'mine')
    await cem.when('the state', () => cem.states().get(7)?.state?.at === 'mine')
    show(bo, 8, 'bo')
    await cem.when('the own state', () => cem.states().get(8)?.state?.at === 'bo')
    expect(cem.states().get(7)?.state).toMatchObject({ at: 'mine', user: { id: 'ada' } })
    for (const client of [bo, cem, back]) await client.close()
  })
})
