import { afterAll, beforeAll, expect, it } from 'vitest'
import * as Y from 'yjs'
import { textField } from '../../../shared/document/text-field.ts'
import { doc as contentOf, paragraph as written } from '../../../server/documents/compose.ts'
import { replacementFor } from '../../../server/history/replace-text.ts'
import { RoomText } from '../../../server/rooms/text/room-text.ts'
import { defaultLimits } from '../../../shared/limits.ts'
import { memoryLog } from '../../helpers/rooms/memory-log.ts'
import { startRooms, type RoomServer } from '../../helpers/rooms/room-server.ts'
import { paragraph, textOf, WireClient } from '../../helpers/rooms/wire-client.ts'
import { until } from '../../helpers/until.ts'

let server: RoomServer
beforeAll(async () => void (server = await startRooms()))
afterAll(() => server.stop())

const blocks = Array.from({ length: 1_200 }, (_, at) => written(`Block ${at} of many: ${at * 7} mm`))

/** A text of many blocks, and how all but the first of them go. */
function long() {
  const empty = Y.encodeStateAsUpdate(new Y.Doc())
  const { parts } = replacementFor({ state: empty, content: JSON.stringify(contentOf(...blocks)) })
  const state = Y.mergeUpdates([...parts.updates])
  const back = replacementFor({ state, content: JSON.stringify(contentOf(blocks[0]!)) })
  return { state, parts, back: back.parts }
}

it('what a large edit deleted is collected between turns: the text is the same throughout, and then as short', async () => {
  const { state, back } = long()
  const { log } = memoryLog({ room: [state] })
  const text = new RoomText('room', log, defaultLimits)
  await text.load()
  await text.beginWriting()
  const entries = [...text.edit(() => back, 'ada')]
  expect(entries.length).toBeGreaterThan(2)
  const before = text.bytes().whole
  expect(text.late).not.toBeNull()
  // somebody writes before it is over
  const { update } = paragraph('meanwhile')
  expect(text.take(update, 'bo')).toMatchObject({ entry: { userId: 'bo' } })
  while (text.late) text.late.collectSome()
  text.repair('bo')
  const { whole } = text.bytes()
  expect(textOf(before)).toContain('Block 0 of many')
  expect(textOf(before)).not.toContain('Block 1 of many')
  expect(textOf(whole)).toContain('meanwhile')
  expect(whole.length).toBeLessThan(before.length / 2)
  // as Yjs collects it behind each part
  const plain = new Y.Doc()
  for (const one of [state, ...entries.map((entry) => entry.update), update]) Y.applyUpdate(plain, one)
  expect(whole.length).toBeLessThanOrEqual(Y.encodeStateAsUpdate(plain).length + 100)
  expect(textOf(Y.encodeStateAsUpdate(plain))).toBe(textOf(whole))
})

it('people write while it is collected, and all have the same text', async () => {
  const { state, parts, back } = long()
  const roomId = await server.newDocument()
  await server.rooms.edit(roomId, 'ada', () => parts)
  const bo = await WireClient.open(server, 'bo', roomId)
  await server.rooms.edit(roomId, 'ada', () => back)
  for (let at = 0; at < 5; at++) {
    bo.sendUpdate(paragraph(`meanwhile ${at}`).update)
    await until('it to be stored', async () =>
      textOf(await server.rooms.read(roomId)).includes(`meanwhile ${at}`),
    )
  }
  const text = new Y.Doc()
  Y.applyUpdate(text, await server.rooms.read(roomId))
  const whole = text.getXmlFragment(textField).toString()
  for (let at = 0; at < 5; at++) expect(whole).toContain(`meanwhile ${at}`)
  expect(whole).not.toContain('Block 1 of many')
  await until('all of it to be collected', async () => {
    return (await server.rooms.read(roomId)).length < state.length / 2
  })
  bo.socket.terminate()
})
