import type { IncomingMessage } from 'node:http'
import { expect, test } from 'vitest'
import { trustProxies } from '../../server/http/trusted-proxies.ts'
import { limitUpgrades } from '../../server/http/limits/upgrades.ts'
import type { Admission, Admitted } from '../../server/rooms/ports.ts'
import { Refusal } from '../../shared/errors.ts'
import { defaultLimits } from '../../shared/limits.ts'
import { until } from '../helpers/until.ts'

const request = { headers: {}, socket: { remoteAddress: '203.0.113.7' } } as unknown as IncomingMessage

/** Lets everybody in: the room's name says who asks. */
const doorkeeper = {
  admit: async (_request: IncomingMessage, roomId: string) => {
    if (roomId === 'stranger') throw new Refusal('session_required')
    return { user: { id: roomId } } as Admitted
  },
} as Admission

test('an office of twenty behind one address comes back with all its tabs; one person has an end', async () => {
  const { admit } = limitUpgrades(
    doorkeeper,
    { ...defaultLimits, requestsPerMinute: 30, upgradesPerMinute: 80 },
    trustProxies([]),
  )
  const comeBack = (person: string, times: number) =>
    Promise.all(Array.from({ length: times }, () => admit(request, person)))
  for (let person = 1; person < 20; person++) await comeBack(`person ${person}`, 40)
  await expect(comeBack('person 1', 1)).rejects.toMatchObject({ code: 'too_many_requests' })
  await comeBack('person 20', 40)
})

test('what one person asks too often is refused to that person, and to nobody behind the same address', async () => {
  const { admit } = limitUpgrades(
    doorkeeper,
    { ...defaultLimits, requestsPerMinute: 5, upgradesPerMinute: 4 },
    trustProxies([]),
  )
  const refused = { code: 'too_many_requests' }
  await Promise.all([admit(request, 'flood'), admit(request, 'flood')])
  for (let time = 0; time < 20; time++) {
    await expect(admit(request, 'flood')).rejects.toMatchObject(refused)
  }
  await admit(request, 'neighbour')
})

test('of one network a few are looked up at a time, and another network waits for none of them', async () => {
  const asked: string[] = []
  const ends: (() => void)[] = []
  const slow = {
    admit: async (_request: IncomingMessage, roomId: string) => {
      asked.push(roomId)
      await new Promise<void>((resolve) => ends.push(resolve))
      throw new Refusal('session_required')
    },
  } as unknown as Admission
  const { admit } = limitUpgrades(slow, { ...defaultLimits, requestsAtOncePerNetwork: 4 }, trustProxies([]))
  const other = { headers: {}, socket: { remoteAddress: '198.51.100.1' } } as unknown as IncomingMessage
  const all = Array.from({ length: 30 }, (_, index) => admit(request, `made up ${index}`))
  all.push(admit(other, 'another'))
  const settled = Promise.allSettled(all)
  await until('another to be looked up', () => asked.includes('another'))
  expect(asked).toHaveLength(5)
  while (asked.length < 31 || ends.length > 0) {
    await until('the next', () => ends.length > 0)
    ends.shift()!()
  }
  expect(new Set((await settled).map(({ status }) => status))).toEqual(new Set(['rejected']))
})
