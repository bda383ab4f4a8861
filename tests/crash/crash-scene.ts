import { textField } from '../../shared/document/text-field.ts'
import { createDocument, createPerson, join as invite, openRoom, type Person } from '../helpers/people.ts'
import { until } from '../helpers/until.ts'
import { startApp, steadyPort, type AppProcess } from '../helpers/process/app-process.ts'
import { Typist } from '../helpers/process/typist.ts'

/**
 * Three people who type numbered words into one document of the real server. What each of them saw acknowledged is
 * noted here, outside of the server, and is what the server must have, however it ended.
 */
export interface Scene {
  readonly typists: readonly Typist[]
  /** Everybody comes (back) and types; resolves when each of them has a new word acknowledged. */
  type(): Promise<void>
  /** Whoever is not in the room tries to come back, once. */
  comeBack(): Promise<unknown>
  /** Ends the server with a signal and all that it held in memory. */
  end(signal: NodeJS.Signals): Promise<unknown>
  /** Starts the server again, on the same folder and port. */
  restart(): Promise<void>
  /** Acknowledged words that the server does not have. Nobody who still holds them needs to be back. */
  lostWords(): Promise<string[]>
  /** Everybody comes back once more; resolves with a complaint for each whose words are not there once and in order. */
  finish(): Promise<string[]>
}

export async function openScene(dataDir: string): Promise<Scene> {
  let app: AppProcess = startApp({ DATA_DIR: dataDir, PORT: steadyPort })
  const url = await app.ready()
  const owner = await createPerson(url, 'Lin Yue')
  const { projectId, documentId } = await createDocument(owner)
  const people = [owner, await createPerson(url, 'Zhao Min'), await createPerson(url, 'Anna')]
  await invite(owner, people[1]!, projectId, 'manufacture', 'editor')
  await invite(owner, people[2]!, projectId, 'design', 'editor')
  const typists = ['a', 'b', 'c'].map((name) => new Typist(name))
  const joinEach = () =>
    typists.map(async (typist, index) => typist.isConnected || typist.join(people[index]!, documentId))
  return {
    typists,
    async type() {
      const before = typists.map((typist) => typist.acknowledged)
      await Promise.all(joinEach())
      await until('everybody to have new words acknowledged', () =>
        typists.every((typist, index) => typist.acknowledged > before[index]!),
      )
    },
    comeBack: () => Promise.allSettled(joinEach()),
    end: (signal) => app.end(signal),
    async restart() {
      app = startApp({ DATA_DIR: dataDir, PORT: steadyPort })
      await app.ready().catch((failure: unknown) => {
        throw new Error(`the server did not come back; it said: ${JSON.stringify(app.said())}`, {
          cause: failure,
        })
      })
    },
    async lostWords() {
      const text = await readText(owner, documentId)
      return typists.flatMap((typist) =>
        typist.words(typist.acknowledged).filter((word) => !text.includes(word)),
      )
    },
    async finish() {
      await Promise.all(joinEach())
      await Promise.all(typists.map((typist) => typist.finish()))
      const text = await readText(owner, documentId)
      return typists
        .filter((typist) => text.split(typist.words(typist.typed).join('')).length !== 2)
        .map(({ name }) => `the words of ${name} are not there once and in order`)
    },
  }
}

async function readText(reader: Person, documentId: string): Promise<string> {
  const { doc, provider } = openRoom(reader, documentId)
  await until('the text', () => provider.synced)
  provider.destroy()
  return doc.getXmlFragment(textField).toString()
}
