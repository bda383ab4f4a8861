import * as Y from 'yjs'
import { WireClient } from './wire-client.ts'
import { hostileState } from '../http/hostile-requests.ts'
import { hostileUpdate } from './hostile-updates.ts'
import type { Person } from '../people.ts'
import type { SeededRandom } from '../seeded-random.ts'

const secretOf = ({ cookie }: Person): string => cookie.replace(/^session=/, '')
const placeOf = ({ url }: Person) => ({ port: Number(new URL(url).port) })

/** Cursors and states that no honest client shows. */
export const wildStates: readonly unknown[] = [
  { cursor: {} },
  { cursor: { anchor: {}, head: null } },
  {
    cursor: {
      anchor: { type: { client: 1e9, clock: -1 }, tname: '__proto__', item: 5, assoc: 'x' },
      head: [],
    },
  },
  { cursor: 5, user: { name: { toString: 1 }, color: 'url(x)' } },
  { ['__proto__']: { polluted: true }, user: null },
]

async function enter(person: Person, documentId: string) {
  const client = await WireClient.open(placeOf(person), secretOf(person), documentId)
  client.sendStep1()
  await client.when('the text', () => client.answers.length > 0 && client.asked.length > 0)
  const doc = new Y.Doc()
  for (const one of [...client.answers, ...client.updates]) Y.applyUpdate(doc, one)
  return { client, doc, counted: 0 }
}

/** Writes into a document by one update, and resolves when it is kept. */
export async function writeUpdate(person: Person, documentId: string, update: Uint8Array): Promise<void> {
  const { client } = await enter(person, documentId)
  client.sendUpdate(update)
  await client.when('the words to be saved', () => client.saved === 1)
  await client.close()
}

/**
 * Sends `count` hostile updates and states in an editor's name, coming back after each refusal. Returns what was sent
 * and what became of it, a line each.
 */
export async function sendHostileUpdates(
  random: SeededRandom,
  person: Person,
  documentId: string,
  count: number,
): Promise<string[]> {
  const sent: string[] = []
  let at = await enter(person, documentId)
  for (let left = count; left > 0; left--) {
    const { kind, update } = hostileUpdate(random, at.doc)
    at.counted++
    at.client.sendUpdate(update)
    if (random.chance(0.5)) {
      at.client.sendAwareness([
        {
          clientId: 7,
          clock: left,
          state: random.chance(0.3) ? random.pick(wildStates) : hostileState(random, at.doc.clientID),
        },
      ])
    }
    const end = await at.client.when('an answer', () =>
      at.client.closed ? 'refused' : at.client.saved >= at.counted && 'taken',
    )
    sent.push(`${kind}: ${end} ${at.client.closed?.reason ?? ''}`)
    if (end === 'taken') Y.applyUpdate(at.doc, update)
    else at = await enter(person, documentId)
  }
  await at.client.close()
  return sent
}
