import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { textField } from '../../../shared/document/text-field.ts'
import { range } from '../../helpers/rooms/kept-text.ts'
import { startRooms, type RoomServer } from '../../helpers/rooms/room-server.ts'
import { changeOf, openStock, paragraph, textOf, WireClient } from '../../helpers/rooms/wire-client.ts'
import { until } from '../../helpers/until.ts'

let server: RoomServer
beforeAll(async () => void (server = await startRooms()))
afterAll(() => server.stop())

const blockOf = (words: string): Y.XmlElement => {
  const block = new Y.XmlElement('paragraph')
  block.insert(0, [new Y.XmlText(words)])
  return block
}

const linkTo = (where: string) => ({ link: { href: `https://example.com/${where}` } })

describe('what is one update of a person’s is one for everybody, also where it is put in in parts', () => {
  it('a corrected link and a long chapter, while another has the document open', async () => {
    const roomId = await server.newDocument()
    const ada = await WireClient.open(server, 'ada', roomId)
    const { doc, text, update } = paragraph('keep STRUCK PART end')
    ada.sendUpdate(update)
    ada.sendUpdate(changeOf(doc, () => text.format(0, 11, linkTo('old'))))
    await ada.when('the link to be saved', () => ada.saved >= 2)

    const bo = openStock(server, 'bo', roomId)
    await bo.synced()
    const reader = openStock(server, 'cem', roomId)
    await reader.synced()
    const day = changeOf(doc, () => {
      text.format(0, 11, linkTo('new'))
      doc
        .getXmlFragment(textField)
        .push(range(1_500).map((line) => blockOf(`Line ${line} of what was written in the train, offline.`)))
    })
    expect(day.length).toBeGreaterThan(65_536)
    ada.sendUpdate(day)
    await ada.when('the day to be saved', () => ada.saved >= 3)
    const whole = doc.getXmlFragment(textField).toString()
    await until('another to have it', () => bo.doc.getXmlFragment(textField).toString() === whole)

    // what the other's browser made of it is in the document before this
    bo.doc.getXmlFragment(textField).push([blockOf('seen')])
    await until('a word behind it', () => reader.doc.getXmlFragment(textField).toString().includes('seen'))
    const kept = textOf(await server.rooms.read(roomId))
    expect(kept.slice(0, kept.indexOf('</paragraph>'))).toBe(whole.slice(0, whole.indexOf('</paragraph>')))
    expect(kept).toContain('https://example.com/new')
    bo.provider.destroy()
    reader.provider.destroy()
  })

  it('it comes as one frame, and stands in the log as one', async () => {
    const roomId = await server.newDocument()
    const [ada, bo] = [
      await WireClient.open(server, 'ada', roomId),
      await WireClient.open(server, 'bo', roomId),
    ]
    bo.sendStep1()
    await bo.when('the first answer', () => bo.answers.length > 0)
    const doc = new Y.Doc()
    const lines = range(4_000).map((line) => blockOf(`Line ${line} of a long chapter.`))
    const day = changeOf(doc, () => doc.getXmlFragment(textField).push(lines))
    ada.sendUpdate(day)
    await bo.when('the chapter', () => bo.updates.length > 0)
    await bo.ping()
    expect(bo.updates).toHaveLength(1)
    expect(textOf(bo.updates[0]!)).toBe(doc.getXmlFragment(textField).toString())
    const logged = await server.logged()
    expect(logged.filter(({ documentId }) => documentId === roomId)).toHaveLength(1)
  })
})
