import { afterAll, beforeAll, expect, it } from 'vitest'
import { UnfinishedMessages } from '../../../server/rooms/connection/unfinished-messages.ts'
import { until } from '../../helpers/until.ts'
import { startRooms, type RoomServer } from '../../helpers/rooms/room-server.ts'
import { paragraph, WireClient } from '../../helpers/rooms/wire-client.ts'

let server: RoomServer
beforeAll(async () => (server = await startRooms({ limits: { unfinishedBytes: 300_000 } })))
afterAll(() => server.stop())

const piece = (bytes: number): Buffer => Buffer.alloc(bytes)

it('who has most of what is not whole loses it, with pongs in between too, and nobody else notices', async () => {
  const roomId = await server.newDocument()
  const others = await Promise.all([1, 2].map(() => WireClient.open(server, 'bo', roomId)))
  const ada = await WireClient.open(server, 'ada', roomId)
  ada.socket.send(piece(90_000), { fin: false })
  for (const { socket } of others) {
    socket.send(piece(100_000), { fin: false })
    for (let count = 0; count < 20; count++) socket.pong(piece(100))
    socket.send(piece(60_000), { fin: false })
  }
  await until('one of them to be closed', () => others.some(({ closed }) => closed !== null))
  expect(others.filter(({ closed }) => closed !== null).map(({ closed }) => closed!.reason)).toEqual([
    'too_many_updates',
  ])
  expect(ada.closed).toBeNull()
  // what is whole counts no more, however often it comes
  const cem = await WireClient.open(server, 'bo', roomId)
  for (let count = 0; count < 10; count++) cem.sendUpdate(paragraph('words '.repeat(9_000)).update)
  await until('all to be saved', () => cem.saved === 10)
  await Promise.all([...others, ada, cem].map((one) => one.close()))
})

it('a message that is not whole in time ends its socket', () => {
  const refused: string[] = []
  const sender = (userId: string) => ({ userId, refuse: () => void refused.push(userId) })
  const messages = new UnfinishedMessages({ unfinishedBytes: 1_000, unfinishedMs: 100 })
  const [ada, bo] = [sender('ada'), sender('bo')]
  messages.add(ada, 10, 0)
  messages.add(bo, 10, 50)
  messages.add(ada, 10, 90)
  messages.endOverdue(100)
  expect(refused).toEqual([])
  messages.endOverdue(101)
  expect(refused).toEqual(['ada'])
  messages.delete(bo)
  messages.endOverdue(1_000)
  expect(refused).toEqual(['ada'])
})
