import sharp from 'sharp'
import * as Y from 'yjs'
import { anchorOf } from '../../shared/anchors/anchors.ts'
import { textField } from '../../shared/document/text-field.ts'
import { newId } from '../../server/db/columns.ts'
import { createPerson, join, openRoom, ownPage, password, type Person } from '../helpers/people.ts'
import { until } from '../helpers/until.ts'
import type { CountersignProcess } from './countersign.ts'
import { pointsOn, raisePoints, writeLongDocument } from './long-document.ts'
import { measurePauses, residentOf, type Pauses } from './server-pauses.ts'

interface Named<Result> {
  name: string
  result: Result
}

export interface Memory {
  server: number
  converters: number
  processes: number
}

interface Size {
  pages: number
  points: number
  photos: number
}

/** Each kind of conversion of a large project, once, and how long others were kept waiting meanwhile. */
export async function runConversions(
  { origin, owner, database }: CountersignProcess,
  { pages, points, photos }: Size,
): Promise<Named<Pauses>[]> {
  const results: Named<Pauses>[] = []
  const measure = async (name: string, act: () => Promise<unknown>) => {
    const result = await measurePauses(origin, act)
    results.push({ name, result })
    process.stderr.write(`${name}: ${JSON.stringify(result)}\n`)
  }
  const { id: projectId } = await owner.post<{ id: string }>('/api/projects', { name: 'Lamp' })
  const factory = await createPerson(origin, '李伟')
  await join(owner, factory, projectId, 'manufacture', 'reviewer')
  const pictures = await Promise.all(Array.from({ length: photos }, (_, at) => photo(at)))
  const shown: string[] = []
  await measure(`${photos} pictures sent`, async () => {
    for (const bytes of pictures) shown.push(await upload(owner, projectId, bytes, 'image/jpeg'))
  })
  const long = await writeLongDocument(owner, projectId, 'A long spec', pages)
  await showPictures(owner, long.documentId, shown)
  const people = [
    { ...owner.user, side: 'design' as const },
    { ...factory.user, side: 'manufacture' as const },
  ]
  await raisePoints(database(), projectId, people, pointsOn(long, points))
  await database().$client.query(`update threads set severity = 'note'`)

  const project = `/api/projects/${projectId}`
  const document = `/api/documents/${long.documentId}`
  await measure('search', () => read(owner, `${project}/search?q=sink`))
  const { from, to } = { from: 40, to: 60 }
  const raise = () =>
    owner.post(`${project}/threads`, {
      id: newId(),
      commentId: newId(),
      severity: 'note',
      anchor: anchorOf(long.layout, long.documentId, { from, to }),
      body: 'Thinner here',
    })
  await measure('first point raised', raise)
  await measure('second point raised', raise)
  const kept = { id: '' }
  await measure('version kept', async () => {
    const { version } = await owner.post<{ version: { id: string } }>(`${document}/versions`, { name: 'v' })
    kept.id = version.id
  })
  await measure('version read', () => read(owner, `${document}/versions/${kept.id}`))
  await changeMuch(owner, long.documentId)
  await measure('version restored', () => owner.post(`${document}/versions/${kept.id}/restore`, {}))
  const put = { id: '' }
  await measure('put forward, with its trial', async () => {
    const { revision } = await owner.post<{ revision: { id: string } }>(`${project}/revisions`, {})
    put.id = revision.id
  })
  const revision = `${project}/revisions/${put.id}`
  await measure('revision read', () => read(owner, revision))
  await measure('print', () => read(owner, `${revision}/revision.pdf`))
  await measure('Markdown', () => read(owner, `${revision}/revision.md`))
  for (const format of ['csv', 'xlsx', 'bcf'])
    await measure(`points, ${format}`, () => read(owner, `${project}/threads.${format}`))
  await measure('two signatures and the package', async () => {
    for (const person of [owner, factory]) await person.post(`${revision}/signatures`, { password })
    await until('the package', async () => (await stateOf(owner, project)) === 'signed', 240)
  })
  await measure('package, first', () => read(factory, `${revision}/package.zip`))
  await measure('package, again', () => read(owner, `${revision}/package.zip`))
  await measure('print out of the package', () => read(owner, `${revision}/revision.pdf`))
  return results
}

/** The memory that many prints and hostile pictures leave behind. */
export async function runMemory(
  { origin, owner, pid }: CountersignProcess,
  prints: number,
  hostile: number,
): Promise<Named<Memory>[]> {
  const results: Named<Memory>[] = []
  const look = (name: string) => void results.push({ name, result: residentOf(pid()) })
  const { id: projectId } = await owner.post<{ id: string }>('/api/projects', { name: 'Lamp' })
  const { documentId } = await writeLongDocument(owner, projectId, 'A spec', 10)
  const { revision } = await owner.post<{ revision: { id: string } }>(
    `/api/projects/${projectId}/revisions`,
    {},
  )
  const pdf = `/api/projects/${projectId}/revisions/${revision.id}/revision.pdf`
  await read(owner, pdf)
  look('after one print')
  for (let at = 1; at < prints; at++) await read(owner, pdf)
  look(`after ${prints} prints`)
  await owner.post(`/api/projects/${projectId}/revisions/${revision.id}/withdraw`, {})
  const bombs: string[] = []
  for (let at = 0; at < hostile; at++) bombs.push(await upload(owner, projectId, await bomb(at), 'image/png'))
  await showPictures(owner, documentId, bombs)
  const printed = await owner.ask('POST', `/api/projects/${projectId}/revisions`, {})
  look(`after ${hostile} pictures of 59 megapixels, sent and printed (${printed.status})`)
  await until('the converters to rest', () => residentOf(pid()).processes === 0, 60)
  look('half a minute later')
  await (await fetch(`${origin}/healthz`)).arrayBuffer()
  return results
}

/** A picture as a phone takes it: 12 megapixels of which none is like the next, about 4 MB. */
const photo = (at: number): Promise<Buffer> =>
  sharp({
    create: {
      width: 4_000,
      height: 3_000,
      channels: 3,
      background: '#000',
      noise: { type: 'gaussian', mean: 100 + at, sigma: 12 },
    },
  })
    .jpeg({ quality: 60 })
    .toBuffer()

/** Few bytes that are many pixels. */
const bomb = (at: number): Promise<Buffer> =>
  sharp({ create: { width: 7_700, height: 7_700 - at, channels: 3, background: '#345' } })
    .png({ compressionLevel: 9 })
    .toBuffer()

async function upload(person: Person, projectId: string, bytes: Uint8Array, type: string): Promise<string> {
  const reply = await fetch(`${person.url}/api/projects/${projectId}/files`, {
    method: 'POST',
    headers: { ...ownPage(person.url), Cookie: person.cookie, 'Content-Type': type },
    body: new Uint8Array(bytes),
  })
  const { file } = (await reply.json()) as { file: { sha256: string } }
  return file.sha256
}

async function showPictures(person: Person, documentId: string, sha256s: string[]): Promise<void> {
  const { provider, doc } = openRoom(person, documentId)
  await until('the room to be synced', () => provider.synced, 60)
  const shown = sha256s.map((sha256) => {
    const element = new Y.XmlElement('imageFile')
    element.setAttribute('sha256', sha256)
    return element
  })
  doc.getXmlFragment(textField).push(shown)
  await savedWith(person, documentId, doc)
  provider.destroy()
}

/** Every tenth block is taken out, so that a restore has something to do. */
async function changeMuch(person: Person, documentId: string): Promise<void> {
  const { provider, doc } = openRoom(person, documentId)
  await until('the room to be synced', () => provider.synced, 60)
  const fragment = doc.getXmlFragment(textField)
  doc.transact(() => {
    for (let at = fragment.length - 1; at >= 0; at -= 10) fragment.delete(at)
  })
  await savedWith(person, documentId, doc)
  provider.destroy()
}

async function savedWith(person: Person, documentId: string, doc: Y.Doc): Promise<void> {
  const other = openRoom(person, documentId)
  const length = () => other.doc.getXmlFragment(textField).length
  await until(
    'another reader to have it',
    () => other.provider.synced && length() === doc.getXmlFragment(textField).length,
    60,
  )
  other.provider.destroy()
}

/** Reads a reply to its end and keeps nothing of it. */
async function read(person: Person, path: string): Promise<void> {
  const reply = await fetch(person.url + path, { headers: { Cookie: person.cookie } })
  let bytes = 0
  for await (const chunk of reply.body!) bytes += (chunk as Uint8Array).length
  if (reply.status !== 200) throw new Error(`${path}: ${reply.status}, ${bytes} bytes`)
}

async function stateOf(person: Person, project: string): Promise<string> {
  const { revisions } = await person.get<{ revisions: { state: string }[] }>(`${project}/revisions`)
  return revisions[0]!.state
}
