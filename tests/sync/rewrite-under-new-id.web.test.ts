import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { reauthor } from '../../web/sync/unsent/rewrite-under-new-id.ts'
import { seededRandom } from '../helpers/seeded-random.ts'

const field = 'default'
const copyOf = (doc: Y.Doc) => {
  const copy = new Y.Doc()
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc))
  return copy
}
const fragmentOf = (doc: Y.Doc) => doc.getXmlFragment(field)
const wordsOf = (doc: Y.Doc) =>
  fragmentOf(doc)
    .toArray()
    .flatMap((block) => (block as Y.XmlElement).toArray().map((text) => (text as Y.XmlText).toString()))

function addParagraph(doc: Y.Doc, at: number, words: string): void {
  const made = new Y.XmlElement('paragraph')
  made.insert(0, [new Y.XmlText(words)])
  fragmentOf(doc).insert(at, [made])
}

/** What the server has, in which somebody else wrote under the id that this client took too. */
function collision(seed: number) {
  const random = seededRandom(seed)
  const base = new Y.Doc()
  for (let at = 0; at < 4; at++) addParagraph(base, at, `base${at}`)
  const [mine, server] = [copyOf(base), copyOf(base)]
  mine.clientID = server.clientID = 77
  for (let at = random.below(5); at >= 0; at--) addParagraph(server, random.below(4), `theirs${at}`)
  const added: string[] = []
  for (let count = 2 + random.below(12); count > 0; count--) {
    const blocks = fragmentOf(mine)
    const at = random.below(blocks.length + 1)
    if (random.chance(0.5)) {
      added.push(`mine${count}`)
      addParagraph(mine, at, `mine${count}`)
    } else if (random.chance(0.3) && blocks.length > 1) blocks.delete(Math.min(at, blocks.length - 1), 1)
    else {
      const text = (blocks.get(Math.min(at, blocks.length - 1)) as Y.XmlElement).get(0) as Y.XmlText
      if (random.chance(0.5)) text.format(0, Math.min(2, text.length), { bold: {} })
      else text.insert(random.below(text.length + 1), '+')
    }
  }
  return { base, mine, server, added }
}

test('security: words under a client id that another holds are written anew: none lost, none doubled', () => {
  const seed = Date.now() % 1_000_000
  for (let run = 0; run < 200; run++) {
    const { base, mine, server, added } = collision(seed + run)
    const where = `seed ${seed + run}`
    const to = Y.getState(mine.store, 77)
    const { update, clients } = reauthor(mine, [{ client: 77, to }])
    const before = wordsOf(server)
    Y.applyUpdate(server, update)
    // nothing of it waits for what never comes
    expect(server.store.pendingStructs, where).toBeNull()
    expect(server.store.pendingDs, where).toBeNull()
    const after = wordsOf(server)
    // exactly what stood here stands there, with what the other wrote
    const theirs = before.filter((words) => words.startsWith('theirs'))
    expect([...after].filter((words) => !words.startsWith('theirs')).sort(), where).toEqual(
      [...wordsOf(mine)].sort(),
    )
    expect(after.filter((words) => words.startsWith('theirs')).sort(), where).toEqual([...theirs].sort())
    expect(clients[0]!.client, where).not.toBe(77)
    expect(Y.getState(server.store, clients[0]!.client), where).toBe(to)
    expect(added.length + wordsOf(base).length).toBeGreaterThan(0)
    // and once more changes nothing
    Y.applyUpdate(server, update)
    expect(wordsOf(server), where).toEqual(after)
  }
})

test('changes under other ids, which the server has not heard of either, come along as they are', () => {
  const { mine, server } = collision(7)
  const to = Y.getState(mine.store, 77)
  mine.clientID = 78
  addParagraph(mine, 0, 'by another tab')
  fragmentOf(mine).delete(1, 1)
  const here = wordsOf(mine)
  const { update } = reauthor(mine, [{ client: 77, to }])
  Y.applyUpdate(server, update)
  expect(
    wordsOf(server)
      .filter((words) => !words.startsWith('theirs'))
      .sort(),
  ).toEqual([...here].sort())
  const alone = new Y.Doc()
  Y.applyUpdate(alone, update)
  expect(wordsOf(alone).toSorted()).toEqual(here.toSorted())
})
