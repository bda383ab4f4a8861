import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import * as Y from 'yjs'
import { anchorOf, placeOf } from '../../shared/anchors/anchors.ts'
import { textField } from '../../shared/document/text-field.ts'
import { layOutText } from '../../shared/document/text-layout.ts'
import { Refusal } from '../../shared/errors.ts'
import type { RoomEvent } from '../../shared/wire/events.ts'
import type { Version, VersionSummary } from '../../shared/history.ts'
import type { RunningServer } from '../../server/open-server.ts'
import { waitingForLocks } from '../helpers/locks.ts'
import { createDocument, createPerson, join, openRoom, type Person } from '../helpers/people.ts'
import { listenForEvents } from '../helpers/rooms/room-events.ts'
import { startServer } from '../helpers/server.ts'
import { until } from '../helpers/until.ts'
import { codeOf } from '../helpers/access/points-of.ts'

let server: RunningServer
let owner: Person, reviewer: Person
let projectId: string

beforeAll(async () => {
  server = await startServer()
  owner = await createPerson(server.url, '林月', 'zh-CN')
  reviewer = await createPerson(server.url, 'Wang')
})
afterAll(() => server.close())

const isRule = (block: unknown) => block instanceof Y.XmlElement && block.nodeName === 'horizontalRule'
const textOf = (doc: Y.Doc) => layOutText(doc.getXmlFragment(textField)).words().bare

/** A spec that the owner has open, and how to write a paragraph at its end. */
async function openSpec() {
  const made = await createDocument(owner, { kind: 'spec', title: 'Lamp', template: 'spec' })
  projectId = made.projectId
  await join(owner, reviewer, projectId, 'manufacture', 'reviewer')
  const { provider, doc } = openRoom(owner, made.documentId)
  await until('the text to arrive', () => textOf(doc).length > 0)
  const path = `/api/documents/${made.documentId}/versions`
  return {
    ...made,
    doc,
    path,
    leave: () => provider.destroy(),
    keep: async (name: string) => (await owner.post<{ version: VersionSummary }>(path, { name })).version,
    list: async () => (await owner.get<{ versions: VersionSummary[] }>(path)).versions,
    read: async (id: string) => (await owner.get<{ version: Version }>(`${path}/${id}`)).version,
    /** Writes a paragraph and waits until the server would capture it. */
    async write(words: string) {
      const paragraph = new Y.XmlElement('paragraph')
      const fragment = doc.getXmlFragment(textField)
      paragraph.insert(0, [new Y.XmlText(words)])
      fragment.insert(fragment.length, [paragraph])
      const other = openRoom(reviewer, made.documentId)
      await until('the words to be shown to another', () =>
        textOf(other.doc).includes(words.replaceAll(' ', '')),
      )
      other.provider.destroy()
    },
  }
}

describe('versions', () => {
  test('a version keeps the text as it stood, whatever is written later', async () => {
    const spec = await openSpec()
    const before = textOf(spec.doc)
    const { id, number } = await spec.keep('发给工厂')
    await spec.write('written later')
    expect(number).toBe(1)
    const kept = JSON.stringify((await spec.read(id)).content)
    expect(kept).not.toContain('written later')
    expect(before.length).toBeGreaterThan(0)
    expect(await spec.list()).toMatchObject([{ number: 1, name: '发给工厂', createdBy: '林月' }])
    spec.leave()
  })

  test('ten kept at once are numbered 1 to 10', async () => {
    const spec = await openSpec()
    const kept = await Promise.all(Array.from({ length: 10 }, (_, index) => spec.keep(`v${index}`)))
    expect(kept.map(({ number }) => number).sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    spec.leave()
  })

  test('a reviewer looks at versions, and may neither keep nor restore one', async () => {
    const spec = await openSpec()
    const { id } = await spec.keep('first')
    expect((await reviewer.ask('GET', `${spec.path}/${id}`)).status).toBe(200)
    expect(codeOf(await reviewer.ask('POST', spec.path, { name: 'mine' }))).toBe('not_allowed')
    expect(codeOf(await reviewer.ask('POST', `${spec.path}/${id}/restore`))).toBe('not_allowed')
    spec.leave()
  })

  test('issue 10 §3: a list of many versions comes in pages, each of which is charged', async () => {
    const spec = await openSpec()
    await spec.keep('1')
    await server.database.execute(sql`
      insert into versions (id, document_id, number, name, content, state, created_by)
      select 'many-' || n, document_id, n, n::text, content, state, created_by
      from versions, generate_series(2, 120) n where document_id = ${spec.documentId}`)
    const begin = vi.spyOn(server.rooms.reading, 'begin')
    const page = async (query: string) =>
      (await owner.get<{ versions: VersionSummary[] }>(spec.path + query)).versions.map(
        ({ number }) => number,
      )
    const pages = [await page(''), await page('?before=71'), await page('?before=21')]
    expect(pages.map(({ length }) => length)).toEqual([50, 50, 20])
    expect(pages.flat()).toEqual(Array.from({ length: 120 }, (_, at) => 120 - at))
    expect(begin.mock.calls.map(([userId, bytes]) => [userId, bytes])).toEqual(
      Array.from({ length: 3 }, () => [owner.user.id, 50_000]),
    )
    begin.mockRestore()
    expect(await page('?before=1')).toEqual([])
    expect((await page('?limit=200')).length).toBe(120)
    expect(codeOf(await owner.ask('GET', `${spec.path}?limit=201`))).toBe('invalid_input')
    spec.leave()
  })

  test('a version of another document is unknown', async () => {
    const [one, other] = [await openSpec(), await openSpec()]
    const { id } = await one.keep('first')
    expect((await owner.ask('GET', `${other.path}/${id}`)).status).toBe(404)
    expect((await owner.ask('POST', `${other.path}/${id}/restore`)).status).toBe(404)
    one.leave()
    other.leave()
  })
})

describe('restoring', () => {
  test('rule 8: whoever is removed while a restore is under way restores nothing', async () => {
    const spec = await openSpec()
    const editor = await createPerson(server.url, 'Zhou')
    await join(owner, editor, spec.projectId, 'design', 'editor')
    const first = await spec.keep('first')
    await spec.write('added after the first')
    let restoring: Promise<{ status: number }> | undefined
    await server.database.transaction(async (tx) => {
      await tx.execute(sql`lock table versions in exclusive mode`)
      restoring = editor.ask('POST', `${spec.path}/${first.id}/restore`)
      await until(
        'the restore to keep what stands now',
        async () => (await waitingForLocks(server.database)) > 0,
      )
      const path = `/api/projects/${spec.projectId}/members/${editor.user.id}`
      expect((await owner.ask('DELETE', path)).status).toBe(204)
    })
    expect((await restoring!).status).toBe(404)
    expect(await spec.list()).toMatchObject([{ name: 'first' }])
    expect(textOf(spec.doc)).toContain('addedafterthefirst')
    spec.leave()
  })

  test('rule 8: an edit of the server is decided when its turn has come, and a removal waits for one in a commit', async () => {
    const spec = await openSpec()
    const { rooms, bus } = server
    const push = (doc: Y.Doc) => doc.getXmlFragment(textField).push([new Y.XmlElement('horizontalRule')])
    const ended = rooms.edit(spec.documentId, owner.user.id, push, () =>
      Promise.reject(new Refusal('not_found')),
    )
    await expect(ended).rejects.toMatchObject({ code: 'not_found' })
    let decide!: () => void
    let asked = 0
    const decision = new Promise<void>((resolve) => (decide = resolve))
    // asked once more before its commit
    const decided = async () => {
      asked++
      if (asked === 2) await decision
    }
    const edit = rooms.edit(spec.documentId, owner.user.id, push, decided)
    await until('the last decision', () => asked === 2)
    let isRemoved = false
    const removed = bus.recheck({ userId: owner.user.id }).then(() => (isRemoved = true))
    await bus.recheck({ userId: reviewer.user.id })
    await spec.list()
    expect(isRemoved).toBe(false)
    decide()
    await Promise.all([edit, removed])
    const rules = () => spec.doc.getXmlFragment(textField).toArray().filter(isRule)
    await until('the one rule', () => rules().length === 1)
    spec.leave()
  })

  test('others see it live; what stood before is a version in the language of who restored', async () => {
    const spec = await openSpec()
    const before = textOf(spec.doc)
    const first = await spec.keep('first')
    await spec.write('added after the first')
    const heard: RoomEvent[] = []
    const listener = await listenForEvents(reviewer, spec.documentId, (event) => heard.push(event))
    const { status } = await owner.ask('POST', `${spec.path}/${first.id}/restore`)
    expect(status).toBe(204)
    await until('the reviewer to see the first text', () => textOf(listener.doc) === before)
    await until('the writer to see the first text', () => textOf(spec.doc) === before)
    const versions = await spec.list()
    expect(versions.map(({ name }) => name)).toEqual(['恢复版本 1 之前', 'first'])
    expect(JSON.stringify((await spec.read(versions[0]!.id)).content)).toContain('added after the first')
    await until('the event', () =>
      heard.some((event) => event.type === 'version.saved' && event.version.id === versions[0]!.id),
    )
    await until('word of who restored what', () => heard.some(({ type }) => type === 'version.restored'))
    expect(heard.filter(({ type }) => type === 'version.restored')).toEqual([
      {
        type: 'version.restored',
        version: first,
        kept: versions[0],
        by: { id: owner.user.id, name: '林月' },
      },
    ])
    listener.close()
    spec.leave()
  })

  test('an anchor on text that both have stays on it', async () => {
    const spec = await openSpec()
    const layout = () => layOutText(spec.doc.getXmlFragment(textField))
    const anchor = anchorOf(layout(), spec.documentId, { from: 1, to: 6 })!
    const first = await spec.keep('first')
    await spec.write('added after the first')
    await owner.ask('POST', `${spec.path}/${first.id}/restore`)
    await until('the first text', () => !textOf(spec.doc).includes('addedafter'))
    expect(placeOf(layout(), anchor)).toEqual({ from: 1, to: 6 })
    spec.leave()
  })

  test('restoring what stands already makes no version', async () => {
    const spec = await openSpec()
    const { id } = await spec.keep('first')
    expect((await owner.ask('POST', `${spec.path}/${id}/restore`)).status).toBe(204)
    expect(await spec.list()).toHaveLength(1)
    spec.leave()
  })
})
