// A relay that knows no documents: every frame goes to everybody else in the room. The floor for unmerged frames.
import { WebSocketServer } from 'ws'

const rooms = new Map()
const server = new WebSocketServer({
  host: '127.0.0.1',
  port: Number(process.env.PORT),
  perMessageDeflate: false,
})
server.on('connection', (socket, request) => {
  let room = rooms.get(request.url)
  if (!room) rooms.set(request.url, (room = new Set()))
  room.add(socket)
  socket.on('message', (data) => {
    for (const other of room) if (other !== socket) other.send(data)
  })
  socket.on('close', () => room.delete(socket))
})
server.on('listening', () => process.send('ready'))
