import { describe, expect, it } from 'vitest'
import type { Bus, BusListener, ConnectionFilter } from '../../../server/rooms/ports.ts'
import type { RoomEvent } from '../../../shared/wire/events.ts'
import { until } from '../until.ts'

/** A process that hears a bus, and decides about sockets when the test lets it. */
function startListening(bus: Bus) {
  const heard: { projectId: string; event: RoomEvent }[] = []
  const deciding: ConnectionFilter[] = []
  let decide = () => {}
  const decided = new Promise<void>((resolve) => (decide = resolve))
  const listener: BusListener = {
    publish: (projectId, event) => void heard.push({ projectId, event }),
    recheck: (filter) => {
      deciding.push(filter)
      return decided
    },
  }
  return { heard, deciding, decide, stop: bus.subscribe(listener) }
}

/** What every bus promises to those who tell and to those who listen (`Bus`). */
export function describeBus(name: string, open: () => Promise<{ bus: Bus; close(): Promise<void> }>): void {
  describe(`the bus ${name}`, () => {
    const withBus = (body: (bus: Bus) => Promise<void>) => async () => {
      const { bus, close } = await open()
      try {
        await body(bus)
      } finally {
        await close()
      }
    }

    it(
      'tells every process of an event, in the order in which they came',
      withBus(async (bus) => {
        const [one, other] = [startListening(bus), startListening(bus)]
        bus.publish('lamp', { type: 'project.changed' })
        bus.publish('chair', { type: 'members.changed' })
        const told = [
          { projectId: 'lamp', event: { type: 'project.changed' } },
          { projectId: 'chair', event: { type: 'members.changed' } },
        ]
        await until('both to hear', () => one.heard.length + other.heard.length === 4)
        expect([one.heard, other.heard]).toEqual([told, told])
      }),
    )

    it(
      'has access decided again by every process, and says so when the last has',
      withBus(async (bus) => {
        const [one, other] = [startListening(bus), startListening(bus)]
        let isOver = false
        const filter = { projectId: 'lamp', userId: 'ada' }
        const over = bus.recheck(filter).then(() => (isOver = true))
        await until('both to be asked', () => one.deciding.length + other.deciding.length === 2)
        expect([one.deciding, other.deciding]).toEqual([[filter], [filter]])
        one.decide()
        await new Promise((resolve) => setTimeout(resolve, 20))
        expect(isOver).toBe(false)
        other.decide()
        await over
      }),
    )

    it(
      'waits for nobody who has left, and tells them nothing',
      withBus(async (bus) => {
        const [gone, here] = [startListening(bus), startListening(bus)]
        gone.stop()
        here.decide()
        bus.publish('lamp', { type: 'project.changed' })
        await bus.recheck({ userId: 'ada' })
        await until('who is here to hear', () => here.heard.length === 1)
        expect([gone.heard, gone.deciding]).toEqual([[], []])
      }),
    )

    it(
      'may be told of what nobody hears',
      withBus(async (bus) => {
        bus.publish('lamp', { type: 'project.changed' })
        await bus.recheck({ userId: 'ada' })
      }),
    )
  })
}
