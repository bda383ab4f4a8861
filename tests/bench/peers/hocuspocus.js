// Hocuspocus with its defaults. STATE: a file that every document starts from, as its database extension would load it.
import { readFileSync } from 'node:fs'
import { Server } from '@hocuspocus/server'
import * as Y from 'yjs'

const state = process.env.STATE && readFileSync(process.env.STATE)
const server = new Server({
  port: Number(process.env.PORT),
  address: '127.0.0.1',
  quiet: true,
  async onLoadDocument({ document }) {
    if (state) Y.applyUpdate(document, state)
  },
})
await server.listen()
process.send('ready')
