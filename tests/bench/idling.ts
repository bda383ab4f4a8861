import { until } from '../helpers/until.ts'
import { processorMs, residentBytes } from './processor-time.ts'
import type { Subject } from './subjects.ts'
import { Visitor } from './socket-visitor.ts'

export interface IdleResult {
  connections: number
  bytesPerConnection: number
  processorMsPerSecond: number
}

const perRoom = 4
const atOnce = 50

/** What so many idle people cost. */
export interface IdleStep {
  connections: number
  resident: number
  processorMsPerSecond: number
}

/** The same with ever more people, so that what each of them adds shows apart from what is there without them. */
export async function runIdleSteps(subject: Subject, steps: number[], seconds: number): Promise<IdleStep[]> {
  const visitors: Visitor[] = []
  const measured: IdleStep[] = []
  for (const step of steps) {
    while (visitors.length < step) {
      const count = Math.min(atOnce, step - visitors.length)
      const places = Array.from({ length: count }, (_, i): [number, number] => {
        const person = visitors.length + i
        return [Math.floor(person / perRoom), person]
      })
      visitors.push(...(await enter(subject, places)))
    }
    await pause(20_000)
    const started = processorMs(subject.pid)
    await pause(seconds * 1_000)
    const processorMsPerSecond = (processorMs(subject.pid) - started) / seconds
    // nobody was sent away meanwhile
    const connections = visitors.filter(({ isOpen }) => isOpen).length
    measured.push({ connections, resident: residentBytes(subject.pid), processorMsPerSecond })
  }
  for (const visitor of visitors) visitor.leave()
  return measured
}

/** Rooms for so many idle people. */
export const roomsFor = (people: number): number => Math.ceil(people / perRoom)

/** What one more person adds and what so many would take, by the straight line that is nearest to all steps. */
export function lineThrough(points: [x: number, y: number][]): { slope: number; at(x: number): number } {
  const mean = (of: (point: [number, number]) => number) =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length
  const [x, y] = [mean(([one]) => one), mean(([, one]) => one)]
  const slope = mean(([one, other]) => (one - x) * (other - y)) / mean(([one]) => (one - x) ** 2)
  return { slope, at: (place) => y + slope * (place - x) }
}

/** People who have joined, have shown themselves once, and do nothing. */
export async function runIdling(subject: Subject, rooms: number, seconds: number): Promise<IdleResult> {
  const [warm] = await enter(subject, [[rooms, 0]])
  warm!.leave()
  await pause(2_000)
  const before = residentBytes(subject.pid)
  const places = Array.from({ length: rooms * perRoom }, (_, i): [number, number] => [
    Math.floor(i / perRoom),
    i,
  ])
  const visitors: Visitor[] = []
  while (places.length > 0) visitors.push(...(await enter(subject, places.splice(0, atOnce))))
  await pause(15_000)
  const bytesPerConnection = (residentBytes(subject.pid) - before) / visitors.length
  const started = processorMs(subject.pid)
  await pause(seconds * 1_000)
  const processorMsPerSecond = (processorMs(subject.pid) - started) / seconds
  for (const visitor of visitors) visitor.leave()
  return { connections: visitors.length, bytesPerConnection, processorMsPerSecond }
}

async function enter(subject: Subject, places: [room: number, person: number][]): Promise<Visitor[]> {
  const entered = places.map(([room, person]) => {
    const visitor = new Visitor(subject.door(room, person), 1 + person, subject.knowsDocuments)
    visitor.onOpen = () => {
      if (subject.knowsDocuments) visitor.ask()
      visitor.move()
    }
    return visitor
  })
  await until('everybody to be in', () => entered.every(({ isOpen }) => isOpen), 60)
  return entered
}

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms))
