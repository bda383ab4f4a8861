import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import * as Y from 'yjs'
import { textField } from '../../shared/document/text-field.ts'
import type { Thread } from '../../shared/review.ts'
import { createReadableFiles } from '../../server/access/readable-files.ts'
import type { RunningServer } from '../../server/open-server.ts'
import { openTestConverter } from '../helpers/conversions/converter.ts'
import { createDocument, createPerson, ownPage, type Person } from '../helpers/people.ts'
import { listenForEvents } from '../helpers/rooms/room-events.ts'
import { startServer } from '../helpers/server.ts'
import { until } from '../helpers/until.ts'
import { enter, makeLink, startOf } from '../helpers/access/guest-people.ts'
import { newClientId } from '../helpers/access/points-of.ts'

/** Security 33, 47: to name a picture or a point grants nothing; it is open where somebody put it who could read it. */

/** How often the pictures of a text were looked for in this process, which is the one that serves. */
const here = vi.hoisted(() => ({ count: 0 }))
vi.mock('../../server/access/pictures-task.ts', async (original) => {
  const real = await original<typeof import('../../server/access/pictures-task.ts')>()
  const picturesIn: typeof real.picturesIn = (input) => {
    here.count++
    return real.picturesIn(input)
  }
  return { ...real, picturesIn }
})

/** Of which files the database was asked who named them in comments and proposals. */
const namedBy = vi.hoisted(() => ({ asked: [] as string[] }))
vi.mock('../../server/access/file-evidence.ts', async (original) => {
  const real = await original<typeof import('../../server/access/file-evidence.ts')>()
  const createFileEvidence: typeof real.createFileEvidence = (db) => {
    const evidence = real.createFileEvidence(db)
    return {
      ...evidence,
      authors: (documentId, sha256s) => {
        namedBy.asked.push(...sha256s)
        return evidence.authors(documentId, sha256s)
      },
    }
  }
  return { ...real, createFileEvidence }
})

let server: RunningServer
let owner: Person
let projectId: string, openId: string, closedId: string
beforeAll(async () => {
  server = await startServer()
  owner = await createPerson(server.url, 'Lin Yue')
  ;({ projectId, documentId: openId } = await createDocument(owner, {
    kind: 'spec',
    template: 'spec',
    title: 'Lamp',
  }))
  const price = { kind: 'spec', template: 'spec', title: 'Price' }
  closedId = (await owner.post<{ id: string }>(`/api/projects/${projectId}/documents`, price)).id
})
afterAll(() => server.close())

let guests = 0
async function newGuest(role = 'reviewer'): Promise<Person> {
  const { token } = await makeLink(owner, projectId, [openId], { role })
  return (await enter(server.url, { token, name: `王师傅 ${++guests}` })).guest!
}

let shade = 0
/** Another picture each time. */
async function newPicture(): Promise<Uint8Array<ArrayBuffer>> {
  const create = { width: 8, height: 8, channels: 3, background: { r: ++shade, g: 7, b: 7 } } as const
  return new Uint8Array(await sharp({ create }).png().toBuffer())
}

async function upload(person: Person, body: Uint8Array<ArrayBuffer>, name = 'lamp.png') {
  const headers = { ...ownPage(server.url), Cookie: person.cookie, 'Content-Type': 'image/png' }
  const reply = await fetch(`${server.url}/api/projects/${projectId}/files`, {
    method: 'POST',
    headers: { ...headers, 'X-File-Name': name },
    body,
  })
  return ((await reply.json()) as { file: { sha256: string; name: string } }).file
}
const closedPicture = async (name?: string) => {
  const { sha256 } = await upload(owner, await newPicture(), name)
  await put(closedId, sha256)
  return sha256
}

const imageOf = (sha256: string) => {
  const image = new Y.XmlElement('imageFile')
  image.setAttribute('sha256', sha256)
  return image
}
const put = (documentId: string, sha256: string, userId = owner.user.id) =>
  server.rooms.edit(documentId, userId, (doc) => doc.getXmlFragment(textField).push([imageOf(sha256)]))

const open = async (person: Person, sha256: string) =>
  (await person.ask('GET', `/api/projects/${projectId}/files/${sha256}`)).status

const picture = (sha256: string) => ({ type: 'imageFile', attrs: { sha256 } })
const content = (...nodes: object[]) => ({ type: 'doc', content: nodes })
async function raise(person: Person, more: object, documentId: string | null = openId) {
  const anchor = documentId === null ? { type: 'project' } : await startOf(server, documentId)
  const thread = { id: newClientId(), commentId: newClientId(), anchor, ...more }
  const { body } = await person.ask<{ thread?: Thread; error?: { code: string } }>(
    'POST',
    `/api/projects/${projectId}/threads`,
    thread,
  )
  return { code: body.error?.code ?? 'ok', thread: body.thread! }
}

describe('naming a picture', () => {
  test('in a comment, a reply, an edit or a proposal is refused to a guest like one that is not there', async () => {
    const guest = await newGuest()
    const closed = await closedPicture()
    const unknown = 'f'.repeat(64)
    for (const sha256 of [closed, unknown]) {
      expect((await raise(guest, { content: content(picture(sha256)) })).code).toBe('picture_unknown')
      const replacement = [picture(sha256)]
      expect((await raise(guest, { body: '改图', kind: 'proposal', replacement })).code).toBe(
        'replacement_picture',
      )
      const { thread } = await raise(guest, { body: '壁厚?' })
      const path = `/api/projects/${projectId}/threads/${thread.id}/comments`
      const reply = { id: newClientId(), content: content(picture(sha256)) }
      expect((await guest.ask('POST', path, reply)).body).toMatchObject({
        error: { code: 'picture_unknown' },
      })
      const edited = await guest.ask('PATCH', `${path}/${thread.comments[0]!.id}`, reply)
      expect(edited.body).toMatchObject({ error: { code: 'picture_unknown' } })
    }
    expect(await open(guest, closed)).toBe(404)
  })

  test('in the text grants nothing, nor does a version of it, whoever keeps the version', async () => {
    const guest = await newGuest('editor')
    const closed = await closedPicture()
    const { doc, close } = await listenForEvents(guest, openId, () => {})
    doc.getXmlFragment(textField).push([imageOf(closed)])
    const inText = async () => Buffer.from(await server.rooms.read(openId)).includes(closed)
    await until('the picture to be in the text', inText)
    expect(await open(guest, closed)).toBe(404)
    await owner.post(`/api/documents/${openId}/versions`, { name: 'with it' })
    expect(await open(guest, closed)).toBe(404)
    const { versions } = await guest.get<{ versions: { id: string }[] }>(`/api/documents/${openId}/versions`)
    await guest.ask('POST', `/api/documents/${openId}/versions/${versions[0]!.id}/restore`)
    expect(await open(guest, closed)).toBe(404)
    close()
    expect(await open(owner, closed)).toBe(200)
  })

  test('is an open one’s right: a guest shows again what an open document shows, and moves it in the text', async () => {
    const [guest, other] = [await newGuest('editor'), await newGuest()]
    const { sha256 } = await upload(owner, await newPicture())
    await put(openId, sha256)
    expect(await open(guest, sha256)).toBe(200)
    expect((await raise(guest, { content: content(picture(sha256)) })).code).toBe('ok')
    await server.rooms.edit(openId, guest.user.id, (doc) => {
      const text = doc.getXmlFragment(textField)
      text.delete(text.length - 1)
      text.push([imageOf(sha256)])
    })
    expect([await open(guest, sha256), await open(other, sha256)]).toEqual([200, 200])
  })

  test('by a member opens it: in a comment, in a proposal and in a version', async () => {
    const guest = await newGuest()
    const [said, proposed, draft, kept] = [
      await closedPicture(),
      await closedPicture(),
      await closedPicture(),
      (await upload(owner, await newPicture())).sha256,
    ]
    await raise(owner, { content: content(picture(said)) })
    await raise(owner, { body: '改图', kind: 'proposal', replacement: [picture(proposed)] })
    await raise(owner, { content: content(picture(draft)), draft: true })
    await put(openId, kept)
    await owner.post(`/api/documents/${openId}/versions`, { name: 'with a picture' })
    await server.rooms.edit(openId, owner.user.id, (doc) => {
      const text = doc.getXmlFragment(textField)
      text.delete(text.length - 1)
    })
    const opened = await Promise.all([said, proposed, kept, draft].map((sha256) => open(guest, sha256)))
    expect(opened).toEqual([200, 200, 200, 404])
  })

  test('is looked for in comments only where no version has what was noted already', async () => {
    const guest = await newGuest()
    const { sha256: kept } = await upload(owner, await newPicture())
    const said = await closedPicture()
    await put(openId, kept)
    await owner.post(`/api/documents/${openId}/versions`, { name: 'once more' })
    await raise(owner, { content: content(picture(said)) })
    // the first to ask has it noted
    expect([await open(guest, kept), await open(guest, said)]).toEqual([200, 200])
    namedBy.asked = []
    expect([await open(guest, kept), await open(guest, said)]).toEqual([200, 200])
    expect(namedBy.asked).toEqual([said])
  })

  test('who sends the same bytes reads them, by their own name for them', async () => {
    const [guest, other] = [await newGuest(), await newGuest()]
    const bytes = await newPicture()
    const { sha256 } = await upload(owner, bytes, 'secret-price-list.png')
    await put(closedId, sha256)
    expect(await open(guest, sha256)).toBe(404)
    expect(await upload(guest, bytes, 'mine.png')).toMatchObject({ sha256, name: 'mine.png' })
    expect([await open(guest, sha256), await open(other, sha256)]).toEqual([200, 404])
    const { thread } = await raise(guest, { content: content(picture(sha256)) })
    expect(JSON.stringify(thread)).toContain('mine.png')
    expect(await open(other, sha256)).toBe(200)
    const reply = await fetch(`${server.url}/api/projects/${projectId}/files/${sha256}`, {
      headers: { Cookie: guest.cookie },
    })
    expect(reply.headers.get('content-disposition')).toContain('mine.png')
  })
})

test('a long text is not read for its pictures on the thread that serves, a short one is', async () => {
  const price = { kind: 'spec', template: 'blank', title: 'Long' }
  const { id } = await owner.post<{ id: string }>(`/api/projects/${projectId}/documents`, price)
  const { token } = await makeLink(owner, projectId, [id], { role: 'editor' })
  const guest = (await enter(server.url, { token, name: '王师傅' })).guest!
  const closed = await closedPicture()
  const pictures = await Promise.all([1, 2].map(async () => (await upload(owner, await newPicture())).sha256))
  const [shown, kept] = [pictures[0]!, pictures[1]!]
  await put(id, shown)
  await put(id, closed, guest.user.id)
  here.count = 0
  expect([await open(guest, shown), await open(guest, closed)]).toEqual([200, 404])
  expect(here.count).toBe(2)

  await put(id, kept)
  await server.rooms.edit(id, owner.user.id, (doc) => {
    const paragraph = new Y.XmlElement('paragraph')
    paragraph.push([new Y.XmlText('wall thickness 2.8 mm '.repeat(1_000))])
    doc.getXmlFragment(textField).push([paragraph])
  })
  here.count = 0
  const path = `/api/documents/${id}/versions`
  expect([await open(guest, kept), await open(guest, closed)]).toEqual([200, 404])
  const { version } = await owner.post<{ version: { id: string } }>(path, { name: 'one' })
  expect((await owner.ask('POST', `${path}/${version.id}/restore`)).status).toBe(204)
  expect([await open(guest, shown), await open(guest, closed)]).toEqual([200, 404])
  expect(here.count).toBe(0)
})

test('the texts that a picture is looked for in are charged to who asks for it', async () => {
  const guest = await newGuest()
  const asked: [string, string | undefined][] = []
  const read = (documentId: string, userId?: string) => {
    asked.push([documentId, userId])
    return server.rooms.read(documentId)
  }
  const { readable, noteShown } = createReadableFiles(server.database, read, openTestConverter())
  const { user } = guest
  await readable({ projectId, userId: user.id, resources: [openId] }, [await closedPicture()])
  await noteShown(openId, { projectId, userId: owner.user.id })
  expect(asked).toEqual([
    [openId, user.id],
    [openId, owner.user.id],
  ])
})

test('linking a point that is not open is refused to a guest like one that is not there', async () => {
  const guest = await newGuest()
  const hidden = [
    (await raise(owner, { body: '报价' }, closedId)).thread.id,
    (await raise(owner, { body: '报价' }, null)).thread.id,
    newClientId(),
  ]
  for (const threadId of hidden) {
    const link = { type: 'paragraph', content: [{ type: 'pointLink', attrs: { threadId, number: 1 } }] }
    expect((await raise(guest, { content: content(link) })).code).toBe('point_unknown')
  }
  const { thread } = await raise(owner, { body: '壁厚' })
  const link = {
    type: 'paragraph',
    content: [{ type: 'pointLink', attrs: { threadId: thread.id, number: 1 } }],
  }
  expect((await raise(guest, { content: content(link) })).code).toBe('ok')
})
