import { createSocket } from 'node:dgram'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addressesOf } from '../../server/notify/names.ts'

/** A name server that knows `quick.test`, and has no answer for what begins with `slow`. */
const nameServer = createSocket('udp4')
let servers: string[]
beforeAll(async () => {
  nameServer.on('message', (asked, { address, port }) => {
    if (asked.includes('slow')) return
    // the question again; with one record of it when an address of IPv4 is asked for
    const end = asked.indexOf(Buffer.from([4, ...Buffer.from('test'), 0])) + 6 + 4
    const isFour = asked.readUInt16BE(end - 4) === 1
    const reply = Buffer.from(asked.subarray(0, end))
    reply.writeUInt16BE(0x8180, 2)
    reply.writeUInt16BE(isFour ? 1 : 0, 6)
    reply.writeUInt32BE(0, 8)
    const record = Buffer.from([0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 8, 8, 4, 4])
    nameServer.send(isFour ? Buffer.concat([reply, record]) : reply, port, address)
  })
  await new Promise<void>((done) => nameServer.bind(0, '127.0.0.1', done))
  servers = [`127.0.0.1:${nameServer.address().port}`]
})
afterAll(() => void nameServer.close())

test('names whose servers do not answer keep no other name waiting, and end when nobody waits for them', async () => {
  const leaving = Array.from({ length: 24 }, () => new AbortController())
  let ended = 0
  const slow = leaving.map(({ signal }, at) =>
    addressesOf(`slow${at}.test`, { servers, signal }).finally(() => ended++),
  )
  const all = Promise.allSettled(slow)
  expect(await addressesOf('quick.test', { servers })).toEqual([{ address: '8.8.4.4', family: 4 }])
  expect(ended).toBe(0)
  for (const one of leaving) one.abort()
  for (const one of await all) expect(one).toMatchObject({ reason: { code: 'ECANCELLED' } })
})

test('this machine is known by its names, whatever a name server says', async () => {
  for (const host of ['localhost', 'LOCALHOST.', 'a.localhost']) {
    expect(await addressesOf(host, { servers })).toContainEqual({ address: '127.0.0.1', family: 4 })
  }
})
