// The server that y-websocket 2.1 ships, with its default of one Yjs document a room and no compression.
// STATE: a file that every document starts from, as its persistence would bind it.
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { WebSocketServer } from 'ws'

const require = createRequire(import.meta.url)
const Y = require('yjs')
const { setPersistence, setupWSConnection } = require('y-websocket/bin/utils')
const state = process.env.STATE && readFileSync(process.env.STATE)
if (state) {
  setPersistence({ bindState: async (_name, doc) => Y.applyUpdate(doc, state), writeState: async () => {} })
}
const http = createServer()
const server = new WebSocketServer({ noServer: true, perMessageDeflate: false })
server.on('connection', (socket, request) => setupWSConnection(socket, request))
http.on('upgrade', (request, socket, head) =>
  server.handleUpgrade(request, socket, head, (opened) => server.emit('connection', opened, request)),
)
http.listen(Number(process.env.PORT), '127.0.0.1', () => process.send('ready'))
