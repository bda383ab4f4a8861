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
