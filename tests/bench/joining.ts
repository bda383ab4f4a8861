import * as Y from 'yjs'
import { until } from '../helpers/until.ts'
import { processorMs, residentBytes } from './processor-time.ts'
import type { Subject } from './subjects.ts'
import type { TracedContent } from './trace.ts'
import { Visitor } from './socket-visitor.ts'

export interface JoinResult {
  /** Milliseconds of the first join after a restart, and processor time that it took. */
  firstMs: number
  firstProcessorMs: number
  /** Whether its first answer held the whole text. */
  isWhole: boolean
  /** The same for many who join at once. */
  crowdMs: number
  crowdProcessorMs: number
  /** What an open document adds to the process once it is quiet: the mean of `documents`. */
  quietBytes: number
}

const crowd = 200

/** One document's memory drowns in what a process leaves uncollected; that of several does not. */
const documents = 10

/** Rooms that a server under test must hold the content in. */
export const joinedRooms = documents + 1

/** Joins a document that the server has just started with: first one person, then many at once. */
export async function runJoining(subject: Subject, content: TracedContent): Promise<JoinResult> {
  // another room is joined first, so that what is compiled and connected once is not counted as the document's
  await join(subject, documents, 1)
  await pause(1_000)
  const before = residentBytes(subject.pid)
  const started = processorMs(subject.pid)
  const first = await join(subject, 0, 1)
  await pause(300)
  const firstProcessorMs = processorMs(subject.pid) - started
  const [answer] = first.answers
  const isWhole = answer !== undefined && textOf(answer) === content.text
  const quiet = [first]
  for (let room = 1; room < documents; room++) quiet.push(await join(subject, room, 1))
  await pause(15_000)
  const quietBytes = (residentBytes(subject.pid) - before) / documents
  const crowdStarted = processorMs(subject.pid)
  const many = await join(subject, 0, crowd)
  await pause(500)
  const crowdProcessorMs = processorMs(subject.pid) - crowdStarted
  for (const visitor of [...quiet, many].flatMap((one) => one.visitors)) visitor.leave()
  return { firstMs: first.ms, firstProcessorMs, isWhole, crowdMs: many.ms, crowdProcessorMs, quietBytes }
}

async function join(subject: Subject, room: number, people: number) {
  const started = performance.now()
  const answers: Uint8Array[] = []
  const visitors = Array.from({ length: people }, (_, person) => {
    const visitor = new Visitor(subject.door(room, person), 1_000 + person)
    visitor.onAnswer = (update) => {
      answers.push(update)
      visitor.onAnswer = null
    }
    visitor.onOpen = () => visitor.ask()
    return visitor
  })
  await until(
    'everybody to be answered',
    () => visitors.every(({ isOpen }) => isOpen) && answers.length === people,
    60,
  )
  return { visitors, answers, ms: performance.now() - started }
}

function textOf(update: Uint8Array): string {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, update)
  const paragraphs = doc.getXmlFragment('default').toArray() as Y.XmlElement[]
  return paragraphs.map((block) => block.toArray().join('')).join('')
}

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms))
