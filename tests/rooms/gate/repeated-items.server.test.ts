import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { textField } from '../../../shared/document/text-field.ts'
import { until } from '../../helpers/until.ts'
import { element, string, writtenUpdate, type Id } from '../../helpers/rooms/written-update.ts'
import { openText } from '../../helpers/rooms/kept-text.ts'
import { startRooms, type RoomServer } from '../../helpers/rooms/room-server.ts'
import { changeOf, paragraph, textOf, WireClient } from '../../helpers/rooms/wire-client.ts'

let server: RoomServer
beforeAll(async () => (server = await startRooms()))
afterAll(() => server.stop())

const idOf = (item: Y.Item): Id => [item.id.client, item.id.clock]

describe('what is said again of what is here changes nothing, whatever else it says', () => {
  it.each(['left', 'right'] as const)(
    'an item that is here, said to stand beside half a character (%s)',
    async (side) => {
      const roomId = await server.newDocument()
      const bo = await WireClient.open(server, 'bo', roomId)
      const { doc, text, update } = paragraph('𠀀 wall 1 mm', 5)
      bo.sendUpdate(update)
      await until('the text to be saved', () => bo.saved === 1)
      const words = idOf(text._start!)
      const half: Id = side === 'left' ? words : [words[0], words[1] + 1]
      const ada = await WireClient.open(server, 'ada', roomId)
      ada.sendUpdate(
        writtenUpdate([{ client: words[0], clock: words[1], structs: [string('x', { [side]: half })] }]),
      )
      await until('that to be answered', () => ada.closed ?? ada.saved === 1)
      // from here on who comes in is answered from the document that the server has
      bo.sendUpdate(changeOf(doc, () => text.insert(text.length, ' thick')))
      await until('more to be saved', () => bo.saved === 2)
      const cem = await WireClient.open(server, 'cem', roomId)
      cem.sendStep1()
      await until('an answer', () => cem.answers.length > 0)
      expect(textOf(cem.answers[0]!)).toBe('<paragraph>𠀀 wall 1 mm thick</paragraph>')
      await Promise.all([ada.close(), bo.close(), cem.close()])
    },
  )

  it('an item that is here, said to hang from a root of any name', async () => {
    const { update } = paragraph('a', 5)
    const room = await openText({}, update)
    for (const name of ['elsewhere', '__proto__', '']) {
      const again = writtenUpdate([
        { client: 5, clock: 0, structs: [element('paragraph', { parent: name })] },
      ])
      expect(room.take(again, 'ada')).toEqual({ entry: null })
    }
    let roots: string[] = []
    for (const _ of room.edit((doc) => void (roots = [...doc.share.keys()]), 'ada'));
    expect(roots).toEqual([textField])
  })
})
